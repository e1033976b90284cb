-- A claim that nobody proved keeps the name from nobody else after a week, and at once from nobody who proves it.
-- Runs as app_owner.
DROP FUNCTION app.add_domain(uuid, uuid, text, text, timestamptz);
CREATE FUNCTION app.add_domain(
  p_partner uuid, p_id uuid, p_host text, p_token text, p_at timestamptz, p_proved boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  PERFORM app.require_domain_owner(p_partner);
  DELETE FROM partner_domains WHERE hostname = p_host AND partner_id <> p_partner AND verified_at IS NULL
     AND (p_proved OR coalesce(lapsed_at, created_at) < p_at - interval '7 days');
  INSERT INTO partner_domains (id, hostname, partner_id, verification_token, created_at)
  VALUES (p_id, p_host, p_partner, p_token, p_at) ON CONFLICT (hostname) DO NOTHING;
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION app.add_domain(uuid, uuid, text, text, timestamptz, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.add_domain(uuid, uuid, text, text, timestamptz, boolean) TO app_user, app_staff;
