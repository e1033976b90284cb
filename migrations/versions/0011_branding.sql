-- What a partner shows of itself, the pictures for it, and how its mail leaves. Runs as app_owner.

-- Edits of the brand are protected against each other.
ALTER TABLE app.partners ADD COLUMN branding_version integer NOT NULL DEFAULT 1;

-- Uploaded pictures, re-encoded. `kept_until` is null while the brand shows the picture; afterwards a job removes it.
CREATE TABLE app.brand_pictures (
  partner_id uuid NOT NULL REFERENCES app.partners (id) ON DELETE CASCADE,
  name       text NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('logo', 'favicon')),
  width      integer NOT NULL,
  height     integer NOT NULL,
  size_bytes integer NOT NULL,
  kept_until timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (partner_id, name)
);
CREATE INDEX brand_pictures_unused ON app.brand_pictures (partner_id, kept_until) WHERE kept_until IS NOT NULL;

-- How a partner's mail leaves. Without a row it leaves as the platform's own does.
CREATE TABLE app.mail_settings (
  partner_id      uuid PRIMARY KEY REFERENCES app.partners (id) ON DELETE CASCADE,
  version         integer NOT NULL DEFAULT 1,
  way             text NOT NULL CHECK (way IN ('platform', 'smtp', 'resend')),
  sender_name     text,
  sender_address  text,
  smtp_host       text,
  smtp_port       integer CHECK (smtp_port BETWEEN 1 AND 65535),
  smtp_security   text NOT NULL DEFAULT 'starttls' CHECK (smtp_security IN ('starttls', 'tls', 'none')),
  smtp_user       text,
  smtp_password   bytea,
  resend_key      bytea,
  resend_hint     text,
  tested_at       timestamptz,
  test_recipient  text,
  test_error      text,
  updated_at      timestamptz NOT NULL
);

-- Where answers go, and by which way a mail left. A failed mail keeps its text until it is old, so that it can be repeated.
ALTER TABLE app.mail_messages ADD COLUMN reply_to text, ADD COLUMN sent_by text;
CREATE INDEX mail_messages_failed ON app.mail_messages (partner_id, id) WHERE status = 'failed';

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['brand_pictures', 'mail_settings'] LOOP
    EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON app.%I TO app_user USING (partner_id = app.cur_partner() AND app.wide())'
                   ' WITH CHECK (partner_id = app.cur_partner() AND app.wide())', t);
    EXECUTE format('CREATE POLICY platform ON app.%I TO app_owner, app_staff USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.brand_pictures TO app_user, app_staff;
GRANT SELECT, INSERT, UPDATE ON app.mail_settings TO app_user;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.mail_settings TO app_staff;

-- The one way in which the request role changes a partner: name and brand of the current one, of the version it has seen.
-- Returns the new version; null when somebody else was faster.
CREATE FUNCTION app.save_brand(p_partner uuid, p_version integer, p_name text, p_branding jsonb, p_now timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
DECLARE
  fields constant text[] := ARRAY['company_name', 'primary_color', 'secondary_color', 'logo_url', 'favicon_url',
                                  'support_email', 'footer_text', 'privacy_url', 'terms_url', 'help_url'];
  saved integer;
BEGIN
  IF p_partner IS DISTINCT FROM app.cur_partner() OR NOT coalesce(app.wide(), false) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a brand is changed by its own partner';
  END IF;
  IF jsonb_typeof(p_branding) IS DISTINCT FROM 'object' OR p_branding - fields <> '{}' THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the fields of a brand are changed here';
  END IF;
  UPDATE partners
     SET name = p_name, branding = jsonb_strip_nulls(branding || p_branding),
         branding_version = branding_version + 1, updated_at = p_now
   WHERE id = p_partner AND branding_version = p_version AND deleted_at IS NULL
  RETURNING branding_version INTO saved;
  RETURN saved;
END $$;
REVOKE EXECUTE ON FUNCTION app.save_brand(uuid, integer, text, jsonb, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.save_brand(uuid, integer, text, jsonb, timestamptz) TO app_user;
