-- Applications: a claim on a domain that nobody proved within a week keeps the name from nobody else, as in `add_domain`.
-- Runs as app_owner.
CREATE OR REPLACE FUNCTION app.are_names_free(
  p_subdomain text, p_host text, p_domain text, OUT subdomain_free boolean, OUT domain_free boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM partners WHERE slug = p_subdomain)
         AND NOT EXISTS (SELECT FROM partner_domains WHERE hostname = p_host)
         AND NOT EXISTS (SELECT FROM partner_requests
                          WHERE desired_subdomain = p_subdomain AND status IN ('pending', 'provisioning')),
         p_domain IS NULL OR (
           NOT EXISTS (SELECT FROM partner_domains
                        WHERE hostname = p_domain
                          AND (verified_at IS NOT NULL OR coalesce(lapsed_at, created_at) >= now() - interval '7 days'))
           AND NOT EXISTS (SELECT FROM partner_requests
                            WHERE custom_domain = p_domain AND status IN ('pending', 'provisioning')))
$$;
