-- The reviewed SECURITY DEFINER functions: the request role's only ways around its own fences.
-- Each names the tenant it serves in its arguments and checks it, or touches no tenant row at all.

-- Who is asking, in one round trip: session, user, roles and workspace. plpgsql keeps its plans between calls.
CREATE FUNCTION app.resolve_access(
  p_partner uuid, p_token_hash bytea, p_slug text, p_idle interval, p_with_workspaces boolean)
RETURNS TABLE (
  session_id uuid, last_seen_at timestamptz, user_id uuid, email text, first_name text, last_name text, avatar_url text,
  partner_role text, workspace_id uuid, workspace_slug text, workspace_name text, workspace_timezone text,
  workspace_limits jsonb, workspace_role text, derived boolean, workspaces jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT s.id, s.last_seen_at, u.id, u.email, u.first_name, u.last_name, u.avatar_url,
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
              AND (vm.user_id IS NOT NULL OR pm.role IN ('owner', 'admin'))) END
    FROM sessions s
    JOIN users u ON u.partner_id = p_partner AND u.id = s.user_id
    LEFT JOIN partner_members pm ON pm.partner_id = p_partner AND pm.user_id = u.id AND pm.removed_at IS NULL
    LEFT JOIN workspaces w ON w.partner_id = p_partner AND w.slug = p_slug AND w.deleted_at IS NULL
    LEFT JOIN workspace_members wm ON wm.partner_id = p_partner AND wm.workspace_id = w.id AND wm.user_id = u.id
          AND wm.removed_at IS NULL
   WHERE s.partner_id = p_partner AND s.token_hash = p_token_hash AND s.revoked_at IS NULL
     AND s.expires_at > now() AND s.last_seen_at > now() - p_idle
     AND u.status = 'active' AND u.deleted_at IS NULL;
END $$;

-- Counts one attempt and tells whether it is allowed. Called on its own, so that a refused request still counts.
CREATE FUNCTION app.count_attempt(p_bucket text, p_subject text, p_limit integer, p_window interval)
RETURNS TABLE (hits integer, resets_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = app, pg_temp AS $$
  INSERT INTO rate_limits AS r (bucket, subject, window_start, hits) VALUES (p_bucket, p_subject, now(), 1)
  ON CONFLICT (bucket, subject) DO UPDATE
     SET hits = CASE WHEN r.window_start <= now() - p_window THEN 1 ELSE least(r.hits + 1, p_limit + 1) END,
         window_start = CASE WHEN r.window_start <= now() - p_window THEN now() ELSE r.window_start END
  RETURNING r.hits, r.window_start + p_window;
$$;
CREATE FUNCTION app.forget_attempts(p_bucket text, p_subject text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = app, pg_temp AS $$
  DELETE FROM rate_limits WHERE bucket = p_bucket AND subject = p_subject;
$$;
CREATE FUNCTION app.sweep_attempts() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = app, pg_temp AS $$
  DELETE FROM rate_limits WHERE window_start < now() - interval '1 day';
$$;

-- Jobs of the current partner, added in the transaction that causes them.
CREATE FUNCTION app.defer_jobs(p_jobs jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = queue, pg_temp AS $$
DECLARE
  j jsonb;
BEGIN
  FOR j IN SELECT jsonb_array_elements(p_jobs) LOOP
    IF (j #>> '{args,partner_id}')::uuid IS DISTINCT FROM app.cur_partner() THEN
      RAISE insufficient_privilege USING MESSAGE = 'a job belongs to the partner that adds it';
    END IF;
    BEGIN
      INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
      VALUES (j ->> 'queue', j ->> 'task', coalesce((j ->> 'priority')::integer, 0), j ->> 'lock', j ->> 'queueing_lock',
              j -> 'args', (j ->> 'at')::timestamptz);
    EXCEPTION WHEN unique_violation THEN
      -- Only the queueing lock is unique: the same work already waits.
      NULL;
    END;
  END LOOP;
END $$;

-- The webhook address of a workspace; unique in the whole world, hence in a directory table.
CREATE FUNCTION app.open_hook_endpoint(
  p_partner uuid, p_workspace uuid, p_integration uuid, p_provider text, p_id uuid, p_token_hash bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  IF p_partner IS DISTINCT FROM app.cur_partner() OR NOT coalesce(app.wide(), false)
     OR NOT EXISTS (SELECT FROM workspaces WHERE partner_id = p_partner AND id = p_workspace)
     OR NOT EXISTS (SELECT FROM integrations WHERE partner_id = p_partner AND id = p_integration AND provider = p_provider) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a webhook address belongs to a workspace of the current partner';
  END IF;
  INSERT INTO hook_endpoints (token_hash, id, partner_id, workspace_id, integration_id, provider, created_at)
  VALUES (p_token_hash, p_id, p_partner, p_workspace, p_integration, p_provider, now());
END $$;
CREATE FUNCTION app.close_hook_endpoint(p_partner uuid, p_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  IF p_partner IS DISTINCT FROM app.cur_partner() OR NOT coalesce(app.wide(), false) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a webhook address belongs to a workspace of the current partner';
  END IF;
  UPDATE hook_endpoints SET revoked_at = now() WHERE id = p_id AND partner_id = p_partner AND revoked_at IS NULL;
END $$;

-- Who there is to work for: ids only, for the jobs that run once per partner.
CREATE FUNCTION app.list_partner_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT id FROM partners WHERE deleted_at IS NULL ORDER BY id;
$$;

-- Month partitions by the time inside a UUIDv7. No default partition: a missing month is an alarm, not a mixed bag.
CREATE FUNCTION app.uuid7_floor(p_at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT (lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid $$;
CREATE FUNCTION app.ensure_partitions(p_from timestamptz, p_until timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
DECLARE
  t     text;
  month timestamptz;
  part  text;
  made  integer := 0;
BEGIN
  FOREACH t IN ARRAY ARRAY['conversations', 'conversation_transcripts', 'conversation_events', 'audit_log'] LOOP
    month := date_trunc('month', p_from, 'UTC');
    WHILE month <= p_until LOOP
      part := t || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM');
      IF to_regclass('app.' || quote_ident(part)) IS NULL THEN
        EXECUTE format('CREATE TABLE app.%I PARTITION OF app.%I FOR VALUES FROM (%L) TO (%L)', part, t,
                       app.uuid7_floor(month), app.uuid7_floor((month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'));
        made := made + 1;
      END IF;
      month := (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
SELECT app.ensure_partitions(now() - interval '12 months', now() + interval '3 months');

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.cur_partner(), app.cur_workspace(), app.wide(), app.uuid7_floor(timestamptz) TO app_user, app_staff;
GRANT EXECUTE ON FUNCTION
  app.resolve_access(uuid, bytea, text, interval, boolean), app.count_attempt(text, text, integer, interval),
  app.forget_attempts(text, text), app.defer_jobs(jsonb),
  app.open_hook_endpoint(uuid, uuid, uuid, text, uuid, bytea), app.close_hook_endpoint(uuid, uuid) TO app_user;
GRANT EXECUTE ON FUNCTION app.count_attempt(text, text, integer, interval), app.defer_jobs(jsonb) TO app_staff;
GRANT EXECUTE ON FUNCTION app.list_partner_ids(), app.ensure_partitions(timestamptz, timestamptz), app.sweep_attempts() TO app_user;
