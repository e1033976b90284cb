-- Tables and columns: calls and tools. Runs as app_owner.

-- ── Calls: what they were started with, what they answer, how long they were kept ──────────────────────────────
ALTER TABLE app.conversations ADD COLUMN variables jsonb NOT NULL DEFAULT '{}';
ALTER TABLE app.conversations ADD COLUMN answers_id uuid;            -- the conversation that this call answers
ALTER TABLE app.conversations ADD COLUMN called_back_id uuid;        -- the last call that answered this one
ALTER TABLE app.conversations ADD COLUMN recording_kept_days integer; -- set when the recording was deleted after so many days
ALTER TABLE app.conversations ADD COLUMN texts_kept_days integer;     -- set when what was said was deleted after so many days
CREATE INDEX conversations_of_contact ON app.conversations (partner_id, workspace_id, contact_number, id DESC);

ALTER TABLE app.conversation_events DROP CONSTRAINT conversation_events_kind_check;
ALTER TABLE app.conversation_events ADD CONSTRAINT conversation_events_kind_check
  CHECK (kind IN ('status', 'line', 'report', 'repaired')) NOT VALID;
ALTER TABLE app.conversation_events VALIDATE CONSTRAINT conversation_events_kind_check;

-- ── What agents asked of us or of a workspace's own server, and what that server was told after calls ──────────
CREATE TABLE app.activities (
  partner_id       uuid NOT NULL,
  workspace_id     uuid NOT NULL,
  id               uuid NOT NULL,
  kind             text NOT NULL CHECK (kind IN ('tool', 'after_call')),
  status           text NOT NULL CHECK (status IN ('running', 'waiting', 'done', 'failed')),
  name             text NOT NULL,                 -- of the tool
  provider         text NOT NULL,
  provider_call_id text,
  tool_call_id     text,
  conversation_id  uuid,
  agent_id         uuid,
  host             text,                          -- who was asked; nobody for what we do ourselves
  arguments        jsonb NOT NULL DEFAULT '{}',   -- shortened
  answer           text,
  error            text,
  http_status      integer,
  duration_ms      integer,
  attempts         jsonb NOT NULL DEFAULT '[]',
  attempted        integer NOT NULL DEFAULT 0,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX activities_of_workspace ON app.activities (partner_id, workspace_id, id DESC);
CREATE INDEX activities_of_conversation ON app.activities (partner_id, workspace_id, conversation_id, id);
CREATE UNIQUE INDEX activities_of_tool_call ON app.activities (partner_id, workspace_id, provider, provider_call_id, tool_call_id)
  WHERE kind = 'tool';
CREATE UNIQUE INDEX activities_after_call ON app.activities (partner_id, workspace_id, conversation_id) WHERE kind = 'after_call';

-- ── With what we sign towards a workspace's own servers; a replaced secret still signs until it expires ────────
CREATE TABLE app.signing_secrets (
  partner_id   uuid NOT NULL,
  workspace_id uuid NOT NULL,
  id           uuid NOT NULL,
  secret       bytea NOT NULL,
  created_by   uuid,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz,
  PRIMARY KEY (partner_id, id),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX signing_secrets_of_workspace ON app.signing_secrets (partner_id, workspace_id, id DESC);
CREATE UNIQUE INDEX signing_secrets_current ON app.signing_secrets (partner_id, workspace_id) WHERE expires_at IS NULL;

-- ── How far the calls of an account were compared with ours ────────────────────────────────────────────────────
CREATE TABLE app.call_polls (
  partner_id     uuid NOT NULL,
  integration_id uuid NOT NULL,
  polled_until   timestamptz,
  next_at        timestamptz NOT NULL,
  failures       integer NOT NULL DEFAULT 0,
  trouble        text,
  repaired       bigint NOT NULL DEFAULT 0,
  updated_at     timestamptz NOT NULL,
  PRIMARY KEY (partner_id, integration_id),
  FOREIGN KEY (partner_id, integration_id) REFERENCES app.integrations (partner_id, id) ON DELETE CASCADE
);

-- ── Row security and grants ────────────────────────────────────────────────────────────────────────────────────
DO $$
DECLARE
  t text;
  policy text;
  here constant text := 'partner_id = app.cur_partner() AND (workspace_id = app.cur_workspace() OR app.wide())';
BEGIN
  FOR t, policy IN VALUES
    ('activities', here), ('signing_secrets', here), ('call_polls', 'partner_id = app.cur_partner() AND app.wide()')
  LOOP
    EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON app.%I TO app_user USING (%s) WITH CHECK (%s)', t, policy, policy);
    EXECUTE format('CREATE POLICY platform ON app.%I TO app_owner, app_staff USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.activities, app.signing_secrets TO app_user;
GRANT SELECT, INSERT, UPDATE ON app.call_polls TO app_user;
GRANT DELETE ON app.conversation_events TO app_user;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.activities, app.signing_secrets, app.call_polls TO app_staff;
