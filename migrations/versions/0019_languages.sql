-- The language that a person has chosen for pages and mails; null follows the partner's, then the browser. Runs as app_owner.
ALTER TABLE app.users ADD COLUMN language text CHECK (language IN ('en', 'de', 'es', 'fr', 'pt'));

-- Asked in the statement that admits a request, before its transaction begins.
CREATE FUNCTION app.language_of(p_partner uuid, p_user uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT language FROM users WHERE partner_id = p_partner AND id = p_user
$$;
REVOKE EXECUTE ON FUNCTION app.language_of(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.language_of(uuid, uuid) TO app_user;

-- The brand also says which language the partner speaks to whoever has chosen none.
CREATE OR REPLACE FUNCTION app.save_brand(p_partner uuid, p_version integer, p_name text, p_branding jsonb, p_now timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
DECLARE
  fields constant text[] := ARRAY['company_name', 'primary_color', 'secondary_color', 'logo_url', 'favicon_url',
                                  'support_email', 'footer_text', 'privacy_url', 'terms_url', 'help_url', 'language'];
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
