-- Applying to become a partner. Anybody may hand a request in and learn whether a name is free; only staff read requests.
-- Runs as app_owner.

GRANT INSERT ON app.partner_requests TO app_user;

-- Of two requests that wait, only one may have a name.
CREATE UNIQUE INDEX partner_requests_subdomain ON app.partner_requests (desired_subdomain)
  WHERE status IN ('pending', 'provisioning');
CREATE UNIQUE INDEX partner_requests_domain ON app.partner_requests (custom_domain)
  WHERE status IN ('pending', 'provisioning') AND custom_domain IS NOT NULL;
CREATE INDEX partner_requests_newest ON app.partner_requests (requested_at DESC, id DESC);

-- Whether names are free, without telling whose they are.
CREATE FUNCTION app.are_names_free(p_subdomain text, p_host text, p_domain text, OUT subdomain_free boolean, OUT domain_free boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM partners WHERE slug = p_subdomain)
         AND NOT EXISTS (SELECT FROM partner_domains WHERE hostname = p_host)
         AND NOT EXISTS (SELECT FROM partner_requests
                          WHERE desired_subdomain = p_subdomain AND status IN ('pending', 'provisioning')),
         p_domain IS NULL OR (
           NOT EXISTS (SELECT FROM partner_domains WHERE hostname = p_domain)
           AND NOT EXISTS (SELECT FROM partner_requests
                            WHERE custom_domain = p_domain AND status IN ('pending', 'provisioning')))
$$;
-- Where notices to the operator go.
CREATE FUNCTION app.list_staff_addresses() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT email FROM super_admin WHERE status = 'active' ORDER BY email;
$$;
REVOKE EXECUTE ON FUNCTION app.are_names_free(text, text, text), app.list_staff_addresses() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.are_names_free(text, text, text) TO app_user, app_staff;
GRANT EXECUTE ON FUNCTION app.list_staff_addresses() TO app_user;
