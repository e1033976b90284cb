"""Routes that may change something without a row in the log, each with its reason. The list is short on purpose."""

_ASKS = "looks at what is there elsewhere; what it finds is logged when it changes something"
_DRAFT = "a draft that nothing shows; what is saved in the end is logged"
_MAILS_A_LINK = "mails a link, with the same answer for every address; what the link does is logged"
_FIRST_STEP = "the first of two steps; the second one is logged"
_DRAWS = "draws a preview and keeps nothing"
_IN_MAIL_LOG = "sends a trial to the caller, which stands in the mail log"

UNLOGGED = {
    "POST /api/auth/forgot-password": _MAILS_A_LINK,
    "POST /forgot-password": _MAILS_A_LINK,
    "POST /api/auth/signup": _MAILS_A_LINK,
    "POST /signup": _MAILS_A_LINK,
    "POST /api/auth/passkey/options": _FIRST_STEP,
    "POST /api/account/passkeys/options": _FIRST_STEP,
    "POST /api/account/two-factor": _FIRST_STEP,
    "POST /account/two-factor": _FIRST_STEP,
    "POST /api/partner/domains/{hostname:str}/check": _ASKS,
    "POST /org/domains/{hostname:str}/check": _ASKS,
    "POST /api/super-admin/partners/{partner_id:uuid}/domains/{hostname:str}/check": _ASKS,
    "POST /super-admin/partners/{partner_id:uuid}/domains/{hostname:str}/check": _ASKS,
    "POST /api/partner/identity-providers/{provider_id:uuid}/check": _ASKS,
    "POST /org/sign-in/{provider_id:uuid}/check": _ASKS,
    "POST /api/w/{workspace_slug:str}/agents/{agent_id:uuid}/drift/check": _ASKS,
    "POST /w/{workspace_slug:str}/agents/{agent_id:uuid}/drift/check": _ASKS,
    "POST /org/domains/{hostname:str}/stand-in": "sets records at the stand-in for DNS of demo mode",
    "POST /api/partner/mail/test": _IN_MAIL_LOG,
    "POST /org/mail/test": _IN_MAIL_LOG,
    "POST /api/upload/logo": _DRAFT,
    "DELETE /api/upload/logo": _DRAFT,
    "POST /org/settings/pictures/{kind:str}": _DRAFT,
    "POST /org/settings/pictures/{kind:str}/remove": _DRAFT,
    "POST /org/settings/preview": _DRAWS,
    "POST /request-partner/logo": _DRAFT,
    "POST /request-partner/logo/remove": _DRAFT,
    "POST /request-partner/preview": _DRAWS,
    "POST /language": "a cookie of a visitor; nothing is stored",
}
