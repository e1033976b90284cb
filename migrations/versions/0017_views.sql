-- The operator looks at a partner as one of its people: reading only, for half an hour. Runs as app_owner.

-- A view hangs on the staff session that opened it, and ends with it. The names are kept as they were, for the banner and
-- the log.
CREATE TABLE app.staff_views (
  id             uuid PRIMARY KEY,
  partner_id     uuid NOT NULL REFERENCES app.partners (id),
  user_id        uuid NOT NULL,
  person         text NOT NULL,                        -- name and address of who is looked as
  staff_id       uuid NOT NULL REFERENCES app.super_admin (id) ON DELETE CASCADE,
  operator       text NOT NULL,                        -- name and address of who looks
  staff_session_hash bytea NOT NULL,                   -- the hash of its token; the view outlives it, closed
  handover_hash  bytea UNIQUE,                         -- null once it is used
  handover_until timestamptz NOT NULL,
  token_hash     bytea UNIQUE,
  created_at     timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  ended_at       timestamptz,
  told_at        timestamptz,                          -- when the platform's log told of the end
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX staff_views_of_session ON app.staff_views (staff_session_hash);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.staff_views TO app_staff;

-- Whether a view still stands: it was not ended, and neither was the staff session behind it.
CREATE FUNCTION app.is_view_open(v app.staff_views, p_idle interval) RETURNS boolean
LANGUAGE sql STABLE SET search_path = app, pg_temp AS $$
  SELECT v.ended_at IS NULL AND v.expires_at > now() AND EXISTS (
    SELECT FROM staff_sessions s JOIN super_admin a ON a.id = s.staff_id
     WHERE s.token_hash = v.staff_session_hash AND s.expires_at > now() AND s.last_seen_at > now() - p_idle
       AND a.status = 'active')
$$;

-- The hand-over from the console to the partner's host: good once, for a minute.
CREATE FUNCTION app.redeem_view(p_partner uuid, p_handover bytea, p_token bytea, p_idle interval) RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = app, pg_temp AS $$
  UPDATE staff_views v SET handover_hash = NULL, token_hash = p_token
   WHERE v.partner_id = p_partner AND v.handover_hash = p_handover AND v.handover_until > now()
     AND app.is_view_open(v, p_idle)
  RETURNING v.expires_at
$$;

CREATE FUNCTION app.end_view(p_partner uuid, p_token bytea, p_at timestamptz)
RETURNS TABLE (partner_id uuid, user_id uuid, person text, staff_id uuid, operator text)
LANGUAGE sql SECURITY DEFINER SET search_path = app, pg_temp AS $$
  UPDATE staff_views v SET ended_at = p_at WHERE v.partner_id = p_partner AND v.token_hash = p_token AND v.ended_at IS NULL
  RETURNING v.partner_id, v.user_id, v.person, v.staff_id, v.operator
$$;

-- Views of a partner that have ended by themselves since the last look: their time is over, or the staff session is.
CREATE FUNCTION app.close_views(p_partner uuid, p_idle interval, p_at timestamptz)
RETURNS TABLE (partner_id uuid, user_id uuid, person text, staff_id uuid, operator text)
LANGUAGE sql SECURITY DEFINER SET search_path = app, pg_temp AS $$
  UPDATE staff_views v SET ended_at = p_at
   WHERE v.partner_id = p_partner AND p_partner = app.cur_partner() AND v.ended_at IS NULL AND NOT app.is_view_open(v, p_idle)
  RETURNING v.partner_id, v.user_id, v.person, v.staff_id, v.operator
$$;
-- Views that have ended, each told once, and to the platform only; those told a month ago are forgotten.
CREATE FUNCTION app.tell_views(p_partner uuid, p_at timestamptz)
RETURNS TABLE (partner_id uuid, user_id uuid, person text, staff_id uuid, operator text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  IF p_partner IS DISTINCT FROM app.cur_partner() OR NOT EXISTS (SELECT FROM partners p WHERE p.id = p_partner AND p.is_platform) THEN
    RETURN;
  END IF;
  DELETE FROM staff_views v WHERE v.told_at < p_at - interval '30 days';
  RETURN QUERY UPDATE staff_views v SET told_at = p_at WHERE v.ended_at IS NOT NULL AND v.told_at IS NULL
    RETURNING v.partner_id, v.user_id, v.person, v.staff_id, v.operator;
END $$;

-- Who is looking as whom, in one round trip: the twin of resolve_access.
CREATE FUNCTION app.resolve_view(
  p_partner uuid, p_token_hash bytea, p_slug text, p_idle interval, p_with_workspaces boolean)
RETURNS TABLE (
  session_id uuid, last_seen_at timestamptz, user_id uuid, email text, first_name text, last_name text, avatar_url text,
  partner_role text, workspace_id uuid, workspace_slug text, workspace_name text, workspace_timezone text,
  workspace_limits jsonb, workspace_role text, derived boolean, workspaces jsonb,
  staff_id uuid, operator text, person text, view_expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT s.id, now(), u.id, u.email, u.first_name, u.last_name, u.avatar_url,
         pm.role, w.id, w.slug, w.name, w.timezone, w.resource_limits,
         coalesce(wm.role, CASE WHEN w.id IS NOT NULL AND pm.role IN ('owner', 'admin') THEN 'admin' END),
         wm.role IS NULL,
         CASE WHEN p_with_workspaces THEN (
           SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'id', v.id, 'slug', v.slug, 'name', v.name, 'description', v.description,
                    'role', coalesce(vm.role, 'admin'), 'is_partner_admin_access', vm.role IS NULL) ORDER BY v.name, v.id), '[]')
             FROM workspaces v
             LEFT JOIN workspace_members vm ON vm.partner_id = v.partner_id AND vm.workspace_id = v.id
                   AND vm.user_id = u.id AND vm.removed_at IS NULL
            WHERE v.partner_id = p_partner AND v.deleted_at IS NULL
              AND (vm.user_id IS NOT NULL OR pm.role IN ('owner', 'admin'))) END,
         s.staff_id, s.operator, s.person, s.expires_at
    FROM staff_views s
    JOIN users u ON u.partner_id = p_partner AND u.id = s.user_id
    LEFT JOIN partner_members pm ON pm.partner_id = p_partner AND pm.user_id = u.id AND pm.removed_at IS NULL
    LEFT JOIN workspaces w ON w.partner_id = p_partner AND w.slug = p_slug AND w.deleted_at IS NULL
    LEFT JOIN workspace_members wm ON wm.partner_id = p_partner AND wm.workspace_id = w.id AND wm.user_id = u.id
          AND wm.removed_at IS NULL
   WHERE s.partner_id = p_partner AND s.token_hash = p_token_hash AND app.is_view_open(s, p_idle)
     AND u.status = 'active' AND u.deleted_at IS NULL;
END $$;

REVOKE EXECUTE ON FUNCTION
  app.is_view_open(app.staff_views, interval), app.redeem_view(uuid, bytea, bytea, interval),
  app.end_view(uuid, bytea, timestamptz), app.resolve_view(uuid, bytea, text, interval, boolean),
  app.close_views(uuid, interval, timestamptz), app.tell_views(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  app.redeem_view(uuid, bytea, bytea, interval), app.end_view(uuid, bytea, timestamptz),
  app.resolve_view(uuid, bytea, text, interval, boolean), app.close_views(uuid, interval, timestamptz),
  app.tell_views(uuid, timestamptz) TO app_user;
