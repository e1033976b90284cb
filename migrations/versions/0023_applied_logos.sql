-- The logo that an application brings along: a PNG that we drew. It goes with a refusal, and once the partner shows it.
-- Runs as app_owner.
ALTER TABLE app.partner_requests ADD COLUMN logo bytea;
ALTER TABLE app.partner_requests ADD CONSTRAINT partner_requests_logo
  CHECK (octet_length(logo) <= 153600 AND substring(logo FOR 8) = '\x89504e470d0a1a0a');

-- A partner's own job puts the logo of its application among its files; the request role reads no applications.
CREATE FUNCTION app.applied_logo(p_partner uuid) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT logo FROM partner_requests
   WHERE partner_id = p_partner AND status = 'approved' AND p_partner = app.cur_partner() AND app.wide()
$$;
CREATE FUNCTION app.forget_applied_logo(p_partner uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = app, pg_temp AS $$
  UPDATE partner_requests SET logo = NULL
   WHERE partner_id = p_partner AND status = 'approved' AND p_partner = app.cur_partner() AND app.wide()
$$;
REVOKE EXECUTE ON FUNCTION app.applied_logo(uuid), app.forget_applied_logo(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.applied_logo(uuid), app.forget_applied_logo(uuid) TO app_user;
