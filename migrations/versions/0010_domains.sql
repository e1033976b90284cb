-- Host names of partners: proved by DNS, looked at again every day. Runs as app_owner.
-- What leads to a partner is `verified_at` alone. The state that people see is made of the four times, so that the two can
-- never contradict each other.
ALTER TABLE app.partner_domains
  ADD COLUMN id             uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  ADD COLUMN lapsed_at      timestamptz,                      -- its rights were taken away; proving it anew clears this
  ADD COLUMN certificate_at timestamptz,                      -- the proxy first asked whether it may get a certificate
  ADD COLUMN reached_at     timestamptz,                      -- the first request arrived under this name
  ADD COLUMN reason         text NOT NULL DEFAULT '',         -- why it is not proved, as a word of domains/policy.py
  ADD COLUMN seen           jsonb NOT NULL DEFAULT '{}',      -- what DNS showed at the last look
  ADD COLUMN checked_at     timestamptz,
  ADD COLUMN failing_since  timestamptz,                      -- first of the looks in a row that found a record missing
  ADD COLUMN failed_looks   integer NOT NULL DEFAULT 0,
  ADD COLUMN state          text NOT NULL GENERATED ALWAYS AS (
    CASE WHEN verified_at IS NULL AND lapsed_at IS NULL THEN 'waiting'
         WHEN verified_at IS NULL THEN 'lapsed'
         WHEN reached_at IS NOT NULL THEN 'active'
         WHEN certificate_at IS NOT NULL THEN 'certificate'
         ELSE 'verified' END) STORED,
  ADD CONSTRAINT partner_domains_lapsed CHECK (verified_at IS NULL OR lapsed_at IS NULL);
CREATE UNIQUE INDEX partner_domains_one_primary ON app.partner_domains (partner_id) WHERE is_primary;

-- The request role reads this table and writes it through these doors only. Those of a partner serve the current one.
CREATE FUNCTION app.require_domain_owner(p_partner uuid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = app, pg_temp AS $$
BEGIN
  IF p_partner IS DISTINCT FROM app.cur_partner() OR NOT coalesce(app.wide(), false) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a domain belongs to the current partner';
  END IF;
END $$;

-- A claim that nobody proved within a week keeps the name from nobody else.
CREATE FUNCTION app.add_domain(p_partner uuid, p_id uuid, p_host text, p_token text, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  PERFORM app.require_domain_owner(p_partner);
  DELETE FROM partner_domains WHERE hostname = p_host AND partner_id <> p_partner AND verified_at IS NULL
     AND coalesce(lapsed_at, created_at) < p_at - interval '7 days';
  INSERT INTO partner_domains (id, hostname, partner_id, verification_token, created_at)
  VALUES (p_id, p_host, p_partner, p_token, p_at) ON CONFLICT (hostname) DO NOTHING;
  RETURN FOUND;
END $$;
CREATE FUNCTION app.remove_domain(p_partner uuid, p_host text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  PERFORM app.require_domain_owner(p_partner);
  DELETE FROM partner_domains WHERE hostname = p_host AND partner_id = p_partner AND NOT is_primary;
  RETURN FOUND;
END $$;
CREATE FUNCTION app.make_domain_primary(p_partner uuid, p_host text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  PERFORM app.require_domain_owner(p_partner);
  PERFORM FROM partner_domains WHERE hostname = p_host AND partner_id = p_partner AND verified_at IS NOT NULL FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE partner_domains SET is_primary = false WHERE partner_id = p_partner AND is_primary;
  UPDATE partner_domains SET is_primary = true WHERE hostname = p_host AND partner_id = p_partner;
  RETURN true;
END $$;

-- What a look at DNS came to. Refused when the row is not as it was when the look began, so that two looks cannot undo
-- each other.
CREATE FUNCTION app.note_domain_look(
  p_partner uuid, p_host text, p_before timestamptz, p_at timestamptz, p_verified timestamptz, p_lapsed timestamptz,
  p_reason text, p_seen jsonb, p_failing_since timestamptz, p_failed_looks integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  PERFORM app.require_domain_owner(p_partner);
  UPDATE partner_domains
     SET verified_at = p_verified, lapsed_at = p_lapsed, reason = p_reason, seen = p_seen, checked_at = p_at,
         failing_since = p_failing_since, failed_looks = p_failed_looks,
         certificate_at = CASE WHEN p_verified IS NOT NULL THEN certificate_at END,
         reached_at = CASE WHEN p_verified IS NOT NULL THEN reached_at END
   WHERE hostname = p_host AND partner_id = p_partner AND checked_at IS NOT DISTINCT FROM p_before;
  RETURN FOUND;
END $$;

-- Told once each, by whoever meets a proved name first; pages that are open hear of it.
CREATE FUNCTION app.note_domain_certificate(p_host text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
DECLARE
  owner uuid;
BEGIN
  UPDATE partner_domains SET certificate_at = now()
   WHERE hostname = p_host AND verified_at IS NOT NULL AND certificate_at IS NULL RETURNING partner_id INTO owner;
  IF FOUND THEN
    PERFORM pg_notify('live', owner || '::domains:' || p_host);
  END IF;
END $$;
CREATE FUNCTION app.note_domain_reached(p_host text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
DECLARE
  owner uuid;
BEGIN
  UPDATE partner_domains SET reached_at = now()
   WHERE hostname = p_host AND verified_at IS NOT NULL AND reached_at IS NULL RETURNING partner_id INTO owner;
  IF FOUND THEN
    PERFORM pg_notify('live', owner || '::domains:' || p_host);
  END IF;
END $$;

REVOKE EXECUTE ON FUNCTION
  app.require_domain_owner(uuid), app.add_domain(uuid, uuid, text, text, timestamptz), app.remove_domain(uuid, text),
  app.make_domain_primary(uuid, text),
  app.note_domain_look(uuid, text, timestamptz, timestamptz, timestamptz, timestamptz, text, jsonb, timestamptz, integer),
  app.note_domain_certificate(text), app.note_domain_reached(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  app.add_domain(uuid, uuid, text, text, timestamptz), app.remove_domain(uuid, text), app.make_domain_primary(uuid, text),
  app.note_domain_look(uuid, text, timestamptz, timestamptz, timestamptz, timestamptz, text, jsonb, timestamptz, integer),
  app.note_domain_certificate(text), app.note_domain_reached(text) TO app_user;
