-- Tables and columns: agent versions. Runs as app_owner.

-- ── What an agent was at each save; written once ───────────────────────────────────────────────────────────────
CREATE TABLE app.agent_versions (
  partner_id    uuid NOT NULL,
  workspace_id  uuid NOT NULL,
  agent_id      uuid NOT NULL,
  version       integer NOT NULL,
  content       jsonb NOT NULL,
  note          text CHECK (char_length(note) <= 200),
  author_kind   text NOT NULL CHECK (author_kind IN ('user', 'system', 'provider', 'staff', 'anonymous')),
  author_id     uuid,
  restored_from integer,
  changed       jsonb NOT NULL DEFAULT '[]',
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (partner_id, agent_id, version),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE,
  FOREIGN KEY (partner_id, agent_id) REFERENCES app.ai_agents (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_versions_of_workspace ON app.agent_versions (partner_id, workspace_id, agent_id, version DESC);

-- ── When the provider had which version; tells the version that took a call ────────────────────────────────────
CREATE TABLE app.agent_publications (
  partner_id   uuid NOT NULL,
  workspace_id uuid NOT NULL,
  agent_id     uuid NOT NULL,
  version      integer NOT NULL,
  published_at timestamptz NOT NULL,
  PRIMARY KEY (partner_id, agent_id, published_at, version),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE,
  FOREIGN KEY (partner_id, agent_id) REFERENCES app.ai_agents (partner_id, id) ON DELETE CASCADE
);

-- ── What the provider was told, what it said then, and what it says now; by field, no secrets ──────────────────
CREATE TABLE app.agent_remotes (
  partner_id     uuid NOT NULL,
  workspace_id   uuid NOT NULL,
  agent_id       uuid NOT NULL,
  pushed         jsonb NOT NULL DEFAULT '{}',
  pushed_version integer,
  pushed_at      timestamptz,
  seen           jsonb,
  there          jsonb,
  here           jsonb,
  here_version   integer,
  state          text NOT NULL DEFAULT 'unknown' CHECK (state IN ('unknown', 'same', 'changed', 'missing')),
  fields         jsonb NOT NULL DEFAULT '[]',
  checked_at     timestamptz,
  asked_at       timestamptz,
  trouble        text,
  PRIMARY KEY (partner_id, agent_id),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE,
  FOREIGN KEY (partner_id, agent_id) REFERENCES app.ai_agents (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_remotes_of_workspace ON app.agent_remotes (partner_id, workspace_id, agent_id);

-- ── Agents that are there already begin with the version they have ─────────────────────────────────────────────
INSERT INTO app.agent_versions (partner_id, workspace_id, agent_id, version, content, author_kind, author_id, created_at)
SELECT partner_id, workspace_id, id, version,
       jsonb_build_object('name', name, 'description', description, 'provider', provider,
                          'voice_provider', voice_provider, 'model_provider', model_provider,
                          'transcriber_provider', transcriber_provider, 'config', config),
       CASE WHEN created_by IS NULL THEN 'system' ELSE 'user' END, created_by, updated_at
  FROM app.ai_agents;
INSERT INTO app.agent_publications (partner_id, workspace_id, agent_id, version, published_at)
SELECT partner_id, workspace_id, id, synced_version, last_synced_at
  FROM app.ai_agents WHERE synced_version IS NOT NULL AND last_synced_at IS NOT NULL;

-- ── Row security and grants ────────────────────────────────────────────────────────────────────────────────────
DO $$
DECLARE
  t text;
  here text := 'partner_id = app.cur_partner() AND (workspace_id = app.cur_workspace() OR app.wide())';
BEGIN
  FOREACH t IN ARRAY ARRAY['agent_versions', 'agent_publications', 'agent_remotes'] LOOP
    EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON app.%I TO app_user USING (%s) WITH CHECK (%s)', t, here, here);
    EXECUTE format('CREATE POLICY platform ON app.%I TO app_owner, app_staff USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON app.agent_versions, app.agent_publications TO app_user;
GRANT SELECT, INSERT, UPDATE ON app.agent_remotes TO app_user;
GRANT SELECT ON app.agent_versions, app.agent_publications, app.agent_remotes TO app_staff;
