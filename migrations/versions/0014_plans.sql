-- Which limits are nearly or fully used: pages show it from the directory, a job keeps it. Runs as app_owner.

ALTER TABLE app.partners ADD COLUMN limit_notices jsonb NOT NULL DEFAULT '[]';

-- The request role changes nothing else of a partner here, and only of the current one.
CREATE FUNCTION app.save_limit_notices(p_partner uuid, p_notices jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  IF p_partner IS DISTINCT FROM app.cur_partner() OR NOT coalesce(app.wide(), false) THEN
    RAISE insufficient_privilege USING MESSAGE = 'notices are kept by their own partner';
  END IF;
  IF jsonb_typeof(p_notices) IS DISTINCT FROM 'array' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'notices are a list';
  END IF;
  UPDATE partners SET limit_notices = p_notices WHERE id = p_partner;
END $$;
REVOKE EXECUTE ON FUNCTION app.save_limit_notices(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.save_limit_notices(uuid, jsonb) TO app_user;
