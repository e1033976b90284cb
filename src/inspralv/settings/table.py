"""Every setting there is; docs/reference/settings.md is made from this table."""

from typing import get_args

import msgspec

from inspralv.settings import defaults
from inspralv.settings import readers as read
from inspralv.settings.values import Mode


class Setting(msgspec.Struct, frozen=True):
    """One line of the table. A default is written as one would write the value; `{NAME}` stands for another setting."""

    name: str  # the environment variable
    field: str  # its place in Settings
    reader: read.Reader
    default: str | None  # None: must be given
    about: str
    default_words: str = ""  # for the reference page, where the default depends on the machine
    trial: str | None = None  # the default of every mode but production, where that differs
    is_secret: bool = False

    def default_in(self, mode: str) -> str | None:
        return self.trial if mode != "production" and self.trial is not None else self.default


TABLE = (
    Setting(
        "INSPRALV_MODE", "mode", read.one_of(*get_args(Mode)), "demo",
        "What the installation is for. `demo` has invented customers and answers on loopback addresses only; "
        "`production` refuses every default meant for trying.",
    ),
    Setting(
        "INSPRALV_DATA_DIR", "data_dir", read.folder, defaults.data_dir(),
        "Folder for the private database and for files. "
        "The database runs as another user when root starts it, so root's own home is no place for it.",
        default_words="`~/.local/share/inspralv/CHECKOUT`, for root `/var/lib/inspralv/CHECKOUT`",
    ),
    Setting(
        "DATABASE_URL", "database.url", read.database_url, "",
        "Another PostgreSQL server (15 or newer): login of a role that may create roles and owns the database. "
        "Empty: a private server is run below the data folder.", is_secret=True,
    ),
    Setting(
        "INSPRALV_DB_POOL_SIZE", "database.pool_size", read.whole(1, 500), "10",
        "Database connections per process.",
    ),
    Setting("INSPRALV_HOST", "web.host", read.bind_address, "127.0.0.1", "Address the web server listens on."),
    Setting("INSPRALV_PORT", "web.port", read.whole(1, 65535), "8000", "Port the web server listens on."),
    Setting(
        "INSPRALV_WEB_WORKERS", "web.workers", read.whole(1, 256), "1",
        "Web server processes; about one per core.",
    ),
    Setting(
        "INSPRALV_PLATFORM_HOST", "web.platform_host", read.host_name, None,
        "Host name of the platform itself; partners have host names of their own.", trial="localhost",
    ),
    Setting(
        "INSPRALV_PUBLIC_SCHEME", "web.public_scheme", read.one_of("http", "https"), "https",
        "How browsers reach the platform.", trial="http",
    ),
    Setting(
        "INSPRALV_TRUSTED_PROXIES", "web.trusted_proxies", read.networks, "",
        "Networks whose `X-Forwarded-*` headers are believed, separated by commas.",
    ),
    Setting(
        "INSPRALV_EGRESS_ALLOW", "web.egress_allow", read.networks, "",
        "Networks that addresses given by users may lead to although they are not on the public internet, separated by "
        "commas: where customers' own servers stand beside this one.",
    ),
    Setting(
        "INSPRALV_DOMAIN_TARGET", "domains.target", read.host_name, "{INSPRALV_PLATFORM_HOST}",
        "Host name that partners point their own domains to, by CNAME.", trial="domains.localhost",
    ),
    Setting(
        "INSPRALV_DNS_SERVERS", "domains.servers", read.name_servers, "",
        "DNS servers that are asked whether a domain is proved, as `address` or `address:port`, separated by commas. Empty: "
        "the system's. `stand-in`: the sandbox's own, whose records anybody may set; production refuses it.",
        trial="stand-in",
    ),
    Setting(
        "INSPRALV_WEBHOOK_BASE_URL", "providers.webhook_base_url", read.web_url, "https://{INSPRALV_PLATFORM_HOST}",
        "Address at which the voice providers reach this installation.", trial="http://localhost:{INSPRALV_PORT}",
    ),
    Setting(
        "INSPRALV_PROVIDER_URLS", "providers.base_urls", read.provider_urls, "",
        "Addresses that stand in for the voice providers' own, as `name=url` or `name:region=url`, separated by commas. The "
        "name `*` is every provider, and a `*` in its address the provider's name; the address `vendor` is the real one.",
        trial="*=http://localhost:{INSPRALV_SANDBOX_PORT}/*",
    ),
    Setting(
        "INSPRALV_SANDBOX_PORT", "providers.sandbox_port", read.whole(1, 65534), "8100",
        "Port of the provider sandbox, which listens on the loopback address only. Its DNS server has the next port.",
    ),
    Setting(
        "INSPRALV_SECRET_KEY", "secrets.key", read.secret_key, None,
        "At least 32 characters of chance. Signs cookies and links, and derives the passwords of the database roles.",
        trial=defaults.TRIAL_SECRET_KEY, is_secret=True,
    ),
    Setting(
        "INSPRALV_MASTER_KEYS", "secrets.master_keys", read.master_keys, None,
        "Keys that seal what is stored of providers, as `number:base64 of 32 bytes`, separated by commas; "
        "the highest number seals, the others open.", trial=defaults.TRIAL_MASTER_KEYS, is_secret=True,
    ),
    Setting(
        "INSPRALV_SESSION_IDLE_MINUTES", "sessions.idle_minutes", read.whole(1, 525_600), "10080",
        "Minutes without a request after which a session ends.",
    ),
    Setting(
        "INSPRALV_SESSION_ABSOLUTE_HOURS", "sessions.absolute_hours", read.whole(1, 8760), "720",
        "Hours after which a session ends in any case.",
    ),
    Setting(
        "INSPRALV_SMTP_URL", "mail.smtp_url", read.smtp_url, "",
        "Mail server, as `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`. "
        "Without one, and without Resend, mail is kept in a mailbox with a page to read it.", is_secret=True,
    ),
    Setting("INSPRALV_RESEND_API_KEY", "mail.resend_api_key", read.text, "", "Key of resend.com.", is_secret=True),
    Setting(
        "INSPRALV_MAIL_FROM", "mail.sender", read.mail_sender, "Inspralv <no-reply@{INSPRALV_PLATFORM_HOST}>",
        "Sender of the platform's own mail.", trial="Inspralv <no-reply@mail.test>",
    ),
    Setting(
        "INSPRALV_OPERATOR_NAME", "operator.name", read.text, "",
        "Who runs the platform, as the legal pages name it: a person or a company with its legal form.",
    ),
    Setting(
        "INSPRALV_OPERATOR_ADDRESS", "operator.address", read.text, "",
        "Postal address of the operator, in one line with commas.",
    ),
    Setting("INSPRALV_OPERATOR_EMAIL", "operator.email", read.text, "", "Where people write to the operator."),
    Setting("INSPRALV_OPERATOR_PHONE", "operator.phone", read.text, "", "Telephone number of the operator."),
    Setting(
        "INSPRALV_OPERATOR_REGISTER", "operator.register", read.text, "",
        "Register entry and tax number of the operator, where the law asks for them.",
    ),
    Setting(
        "INSPRALV_FILES_URL", "files_url", read.files_url, "file://{INSPRALV_DATA_DIR}/files",
        "Where recordings and uploads are kept: a folder (`file:///…`) or a bucket (`s3://bucket/prefix`).",
    ),
    Setting(
        "INSPRALV_LOG_LEVEL", "logs.level", read.one_of("debug", "info", "warning", "error"), "info",
        "How much is logged.",
    ),
    Setting(
        "INSPRALV_LOG_FORMAT", "logs.format", read.one_of("console", "json"), "json",
        "Log lines for people or for machines.", trial="console",
    ),
)  # fmt: skip
