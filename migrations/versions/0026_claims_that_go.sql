-- A claim that gives way to another partner's is told in the log of the partner that loses it. Runs as app_owner.
CREATE FUNCTION app.drop_claim(p_host text, p_by uuid, p_at timestamptz, p_proved boolean, p_entry uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = app, pg_temp AS $$
  WITH gone AS (
    DELETE FROM partner_domains WHERE hostname = p_host AND partner_id <> p_by AND verified_at IS NULL
       AND (p_proved OR coalesce(lapsed_at, created_at) < p_at - interval '7 days')
    RETURNING partner_id, id
  )
  INSERT INTO audit_log (partner_id, id, actor_kind, action, entity_type, entity_id, old_values, created_at)
  SELECT partner_id, p_entry, 'system', 'domain.removed', 'domain', id::text, jsonb_build_object('hostname', p_host), p_at
    FROM gone
$$;
REVOKE ALL ON FUNCTION app.drop_claim(text, uuid, timestamptz, boolean, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.drop_claim(text, uuid, timestamptz, boolean, uuid) TO app_staff;

DROP FUNCTION app.add_domain(uuid, uuid, text, text, timestamptz, boolean);
CREATE FUNCTION app.add_domain(
  p_partner uuid, p_id uuid, p_host text, p_token text, p_at timestamptz, p_proved boolean, p_entry uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  PERFORM app.require_domain_owner(p_partner);
  PERFORM app.drop_claim(p_host, p_partner, p_at, p_proved, p_entry);
  INSERT INTO partner_domains (id, hostname, partner_id, verification_token, created_at)
  VALUES (p_id, p_host, p_partner, p_token, p_at) ON CONFLICT (hostname) DO NOTHING;
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION app.add_domain(uuid, uuid, text, text, timestamptz, boolean, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.add_domain(uuid, uuid, text, text, timestamptz, boolean, uuid) TO app_user, app_staff;
