-- Doors: an API key ends with the membership it was made in. Runs as app_owner.

-- Who is asking, by an API key: the twin of resolve_access, in one round trip. It also counts the request against the
-- key's limit and notes its use, at most once a minute. A key belongs to the membership during which it was made: whoever
-- comes back has no keys.
CREATE OR REPLACE FUNCTION app.resolve_key(
  p_partner uuid, p_token_hash bytea, p_slug text, p_with_workspaces boolean, p_limit integer, p_window interval)
RETURNS TABLE (
  session_id uuid, last_seen_at timestamptz, user_id uuid, email text, first_name text, last_name text, avatar_url text,
  partner_role text, workspace_id uuid, workspace_slug text, workspace_name text, workspace_timezone text,
  workspace_limits jsonb, workspace_role text, derived boolean, workspaces jsonb,
  key_name text, key_scopes jsonb, key_workspace uuid, hits integer, resets_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k       api_keys;
  counted record;
BEGIN
  SELECT * INTO k FROM api_keys
   WHERE partner_id = p_partner AND token_hash = p_token_hash AND revoked_at IS NULL
     AND (expires_at IS NULL OR expires_at > now());
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT * INTO counted FROM app.count_attempt('api key', p_partner || ' ' || k.id, p_limit, p_window);
  IF k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' THEN
    UPDATE api_keys SET last_used_at = now() WHERE partner_id = p_partner AND id = k.id;
  END IF;
  RETURN QUERY
  SELECT k.id, now(), u.id, u.email, u.first_name, u.last_name, u.avatar_url,
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
            WHERE v.partner_id = p_partner AND v.deleted_at IS NULL AND (k.workspace_id IS NULL OR v.id = k.workspace_id)
              AND (vm.user_id IS NOT NULL OR pm.role IN ('owner', 'admin'))) END,
         k.name, k.scopes, k.workspace_id, counted.hits, counted.resets_at
    FROM users u
    LEFT JOIN partner_members pm ON pm.partner_id = p_partner AND pm.user_id = u.id AND pm.removed_at IS NULL
    LEFT JOIN workspaces w ON w.partner_id = p_partner AND w.slug = p_slug AND w.deleted_at IS NULL
          AND (k.workspace_id IS NULL OR w.id = k.workspace_id)
    LEFT JOIN workspace_members wm ON wm.partner_id = p_partner AND wm.workspace_id = w.id AND wm.user_id = u.id
          AND wm.removed_at IS NULL AND (k.workspace_id IS NULL OR wm.joined_at <= k.created_at)
   WHERE u.partner_id = p_partner AND u.id = k.user_id AND u.status = 'active' AND u.deleted_at IS NULL
     AND (pm.user_id IS NULL OR pm.joined_at <= k.created_at);
END $$;
