-- The house: schema, functions for row security, and every table of the first release.
-- Runs as app_owner. Rules: partner_id leads every key, row security is forced, grants go to root tables by name.

-- ── Row security: who is asking ────────────────────────────────────────────────────────────────────────────────
CREATE FUNCTION app.cur_partner() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.partner_id', true), '')::uuid $$;
CREATE FUNCTION app.cur_workspace() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.workspace_id', true), '')::uuid $$;
CREATE FUNCTION app.wide() RETURNS bool LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT current_setting('app.scope', true) = 'partner' $$;

-- ── Directory tables: which partner is this? ───────────────────────────────────────────────────────────────────
CREATE TABLE app.partners (
  id                uuid PRIMARY KEY,
  slug              text NOT NULL UNIQUE,
  name              text NOT NULL,
  is_platform       boolean NOT NULL DEFAULT false,
  branding          jsonb NOT NULL DEFAULT '{}',
  plan_tier         text NOT NULL DEFAULT 'starter' CHECK (plan_tier IN ('free', 'starter', 'pro', 'enterprise')),
  features          jsonb NOT NULL DEFAULT '{}',
  resource_limits   jsonb NOT NULL DEFAULT '{}',
  onboarding_status text NOT NULL DEFAULT 'active' CHECK (onboarding_status IN ('active', 'provisioning', 'suspended')),
  request_id        uuid UNIQUE,
  created_at        timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL,
  deleted_at        timestamptz
);
CREATE UNIQUE INDEX partners_one_platform ON app.partners (is_platform) WHERE is_platform;

CREATE TABLE app.partner_domains (
  hostname           text PRIMARY KEY CHECK (hostname = lower(hostname)),
  partner_id         uuid NOT NULL REFERENCES app.partners (id) ON DELETE CASCADE,
  is_primary         boolean NOT NULL DEFAULT false,
  verification_token text NOT NULL,
  verified_at        timestamptz,
  created_at         timestamptz NOT NULL
);
CREATE INDEX partner_domains_of_partner ON app.partner_domains (partner_id, is_primary DESC, created_at);

CREATE TABLE app.hook_endpoints (
  token_hash     bytea PRIMARY KEY,
  id             uuid NOT NULL UNIQUE,
  partner_id     uuid NOT NULL REFERENCES app.partners (id) ON DELETE CASCADE,
  workspace_id   uuid NOT NULL,
  integration_id uuid NOT NULL,
  provider       text NOT NULL,
  created_at     timestamptz NOT NULL,
  revoked_at     timestamptz
);
CREATE INDEX hook_endpoints_of_workspace ON app.hook_endpoints (partner_id, workspace_id, provider);

CREATE TABLE app.super_admin (
  id            uuid PRIMARY KEY,
  email         text NOT NULL UNIQUE CHECK (email = lower(email)),
  password_hash text NOT NULL,
  first_name    text NOT NULL DEFAULT '',
  last_name     text NOT NULL DEFAULT '',
  status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL
);

-- ── Local tables: the platform's own ───────────────────────────────────────────────────────────────────────────
CREATE TABLE app.partner_requests (
  id                   uuid PRIMARY KEY,
  status               text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'provisioning', 'approved', 'rejected')),
  company_name         text NOT NULL,
  contact_name         text NOT NULL,
  contact_email        text NOT NULL,
  phone                text,
  business_description text NOT NULL DEFAULT '',
  expected_users       integer,
  use_case             text NOT NULL DEFAULT '',
  custom_domain        text,
  desired_subdomain    text,
  branding             jsonb NOT NULL DEFAULT '{}',
  selected_plan        text NOT NULL DEFAULT 'enterprise',
  metadata             jsonb NOT NULL DEFAULT '{}',
  rejection_reason     text,
  reviewed_by          uuid REFERENCES app.super_admin (id),
  reviewed_at          timestamptz,
  partner_id           uuid,
  requested_at         timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL
);

CREATE TABLE app.staff_sessions (
  token_hash   bytea PRIMARY KEY,
  staff_id     uuid NOT NULL REFERENCES app.super_admin (id) ON DELETE CASCADE,
  created_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  ip           text,
  user_agent   text
);

CREATE UNLOGGED TABLE app.rate_limits (
  bucket       text NOT NULL,
  subject      text NOT NULL,
  window_start timestamptz NOT NULL,
  hits         integer NOT NULL,
  PRIMARY KEY (bucket, subject)
);

-- ── People ─────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE app.users (
  partner_id        uuid NOT NULL REFERENCES app.partners (id),
  id                uuid NOT NULL,
  email             text NOT NULL CHECK (email = lower(email)),
  password_hash     text NOT NULL,
  first_name        text NOT NULL DEFAULT '',
  last_name         text NOT NULL DEFAULT '',
  avatar_url        text,
  phone_number      text,
  role              text NOT NULL DEFAULT 'org_member' CHECK (role IN ('org_owner', 'org_admin', 'org_member')),
  status            text NOT NULL DEFAULT 'active' CHECK (status IN ('pending_invitation', 'active', 'inactive', 'suspended')),
  settings          jsonb NOT NULL DEFAULT '{}',
  email_verified_at timestamptz,
  last_login_at     timestamptz,
  created_at        timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL,
  deleted_at        timestamptz,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, email)
);

CREATE TABLE app.sessions (
  partner_id   uuid NOT NULL,
  id           uuid NOT NULL,
  user_id      uuid NOT NULL,
  token_hash   bytea NOT NULL,
  created_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  revoked_at   timestamptz,
  ip           text,
  user_agent   text,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, token_hash),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_of_user ON app.sessions (partner_id, user_id, id);

-- One-time links: to set a new password, to confirm an address.
-- An account that waits for its address to be confirmed. Each sign-up stands for itself: none can change another.
CREATE TABLE app.sign_ups (
  partner_id    uuid NOT NULL REFERENCES app.partners (id),
  id            uuid NOT NULL,
  email         text NOT NULL CHECK (email = lower(email)),
  password_hash text NOT NULL,
  first_name    text NOT NULL,
  last_name     text NOT NULL,
  selected_plan text NOT NULL,
  signup_source text NOT NULL,
  is_invitation boolean NOT NULL,
  redirect      text NOT NULL,
  browser_hash  bytea NOT NULL,                 -- the browser that signed up need not repeat the password
  token_hash    bytea,                          -- set when the mail is written
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, token_hash)
);
CREATE INDEX sign_ups_of_email ON app.sign_ups (partner_id, email, id);

-- Asked for by anybody, for any address; person and token are filled in when the address has an account.
CREATE TABLE app.password_resets (
  partner_id uuid NOT NULL REFERENCES app.partners (id),
  id         uuid NOT NULL,
  email      text NOT NULL CHECK (email = lower(email)),
  user_id    uuid,
  token_hash bytea,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, token_hash),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);

CREATE TABLE app.partner_members (
  partner_id uuid NOT NULL,
  user_id    uuid NOT NULL,
  id         uuid NOT NULL,
  role       text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  joined_at  timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  removed_at timestamptz,
  removed_by uuid,
  PRIMARY KEY (partner_id, user_id),
  UNIQUE (partner_id, id),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);

CREATE TABLE app.partner_invitations (
  partner_id  uuid NOT NULL REFERENCES app.partners (id),
  id          uuid NOT NULL,
  email       text NOT NULL CHECK (email = lower(email)),
  role        text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member')),
  token_hash  bytea NOT NULL,
  message     text,
  invited_by  uuid NOT NULL,
  status      text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'accepted', 'cancelled', 'expired')),
  metadata    jsonb NOT NULL DEFAULT '{}',
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  accepted_at timestamptz,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, token_hash),
  FOREIGN KEY (partner_id, invited_by) REFERENCES app.users (partner_id, id)
);
CREATE UNIQUE INDEX partner_invitations_one_pending ON app.partner_invitations (partner_id, email) WHERE status = 'pending';

-- ── Workspaces ─────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE app.workspaces (
  partner_id      uuid NOT NULL REFERENCES app.partners (id),
  id              uuid NOT NULL,
  slug            text NOT NULL,
  name            text NOT NULL,
  description     text,
  timezone        text NOT NULL DEFAULT 'UTC',
  settings        jsonb NOT NULL DEFAULT '{}',
  resource_limits jsonb NOT NULL DEFAULT '{}',
  status          text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'deleted')),
  version         integer NOT NULL DEFAULT 1,
  created_by      uuid,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  deleted_at      timestamptz,
  PRIMARY KEY (partner_id, id)
);
CREATE UNIQUE INDEX workspaces_slug ON app.workspaces (partner_id, slug) WHERE deleted_at IS NULL;

CREATE TABLE app.workspace_members (
  partner_id   uuid NOT NULL,
  workspace_id uuid NOT NULL,
  user_id      uuid NOT NULL,
  id           uuid NOT NULL,
  role         text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  joined_at    timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  removed_at   timestamptz,
  removed_by   uuid,
  PRIMARY KEY (partner_id, workspace_id, user_id),
  UNIQUE (partner_id, id),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE,
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX workspace_members_of_user ON app.workspace_members (partner_id, user_id);

CREATE TABLE app.workspace_invitations (
  partner_id   uuid NOT NULL,
  workspace_id uuid NOT NULL,
  id           uuid NOT NULL,
  email        text NOT NULL CHECK (email = lower(email)),
  role         text NOT NULL DEFAULT 'member' CHECK (role IN ('admin', 'member', 'viewer')),
  token_hash   bytea NOT NULL,
  message      text,
  invited_by   uuid NOT NULL,
  status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'accepted', 'cancelled', 'expired')),
  created_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  accepted_at  timestamptz,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, token_hash),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE,
  FOREIGN KEY (partner_id, invited_by) REFERENCES app.users (partner_id, id)
);
CREATE UNIQUE INDEX workspace_invitations_one_pending ON app.workspace_invitations (partner_id, workspace_id, email) WHERE status = 'pending';

-- ── Provider keys ──────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE app.integrations (
  partner_id    uuid NOT NULL REFERENCES app.partners (id),
  id            uuid NOT NULL,
  provider      text NOT NULL,
  name          text NOT NULL,
  secret_key    bytea NOT NULL,                 -- sealed
  secret_hint   text NOT NULL,                  -- last four characters
  public_key    bytea,                          -- sealed
  public_hint   text,
  config        jsonb NOT NULL DEFAULT '{}',
  is_default    boolean NOT NULL DEFAULT false,
  is_active     boolean NOT NULL DEFAULT true,
  key_status    text NOT NULL DEFAULT 'untested' CHECK (key_status IN ('untested', 'valid', 'invalid')),
  key_error     text,
  checked_at    timestamptz,
  version       integer NOT NULL DEFAULT 1,
  created_by    uuid,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id)
);
CREATE UNIQUE INDEX integrations_one_default ON app.integrations (partner_id, provider) WHERE is_default;

CREATE TABLE app.integration_assignments (
  partner_id     uuid NOT NULL,
  workspace_id   uuid NOT NULL,
  provider       text NOT NULL,
  integration_id uuid NOT NULL,
  endpoint_id    uuid NOT NULL,                 -- hook_endpoints.id
  hook_token     bytea NOT NULL,                -- sealed
  hook_secret    bytea NOT NULL,                -- sealed
  assigned_by    uuid,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  PRIMARY KEY (partner_id, workspace_id, provider),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE,
  FOREIGN KEY (partner_id, integration_id) REFERENCES app.integrations (partner_id, id)
);
CREATE INDEX integration_assignments_of_integration ON app.integration_assignments (partner_id, integration_id);

-- ── Agents ─────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE app.ai_agents (
  partner_id           uuid NOT NULL,
  workspace_id         uuid NOT NULL,
  id                   uuid NOT NULL,
  name                 text NOT NULL,
  description          text,
  provider             text NOT NULL,
  voice_provider       text NOT NULL,
  model_provider       text NOT NULL,
  transcriber_provider text NOT NULL,
  config               jsonb NOT NULL DEFAULT '{}',
  tags                 jsonb NOT NULL DEFAULT '[]',
  is_active            boolean NOT NULL DEFAULT true,
  version              integer NOT NULL DEFAULT 1,
  external_agent_id    text,
  external_ref         jsonb NOT NULL DEFAULT '{}',
  synced_version       integer,
  sync_status          text NOT NULL DEFAULT 'not_synced' CHECK (sync_status IN ('not_synced', 'pending', 'synced', 'error')),
  sync_error           text,
  sync_error_field     text,
  last_synced_at       timestamptz,
  created_by           uuid,
  created_at           timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL,
  deleted_at           timestamptz,
  PRIMARY KEY (partner_id, id),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX ai_agents_of_workspace ON app.ai_agents (partner_id, workspace_id, id DESC);
CREATE UNIQUE INDEX ai_agents_external ON app.ai_agents (partner_id, provider, external_agent_id) WHERE external_agent_id IS NOT NULL;

-- ── Calls ──────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE app.provider_inbox (
  partner_id   uuid NOT NULL,
  workspace_id uuid NOT NULL,
  provider     text NOT NULL,
  endpoint_id  uuid NOT NULL,
  event_key    text NOT NULL,
  id           uuid NOT NULL,
  body         bytea NOT NULL,
  status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'ignored', 'failed')),
  note         text,
  received_at  timestamptz NOT NULL,
  processed_at timestamptz,
  PRIMARY KEY (partner_id, provider, endpoint_id, event_key),
  UNIQUE (partner_id, id),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX provider_inbox_pending ON app.provider_inbox (partner_id, workspace_id, id) WHERE status = 'pending';

CREATE TABLE app.conversations (
  partner_id         uuid NOT NULL,
  workspace_id       uuid NOT NULL,
  id                 uuid NOT NULL,
  agent_id           uuid,
  agent_version      integer,
  provider           text NOT NULL,
  provider_call_id   text,
  direction          text NOT NULL CHECK (direction IN ('inbound', 'outbound', 'web')),
  status             text NOT NULL CHECK (status IN ('queued', 'ringing', 'in_progress', 'completed', 'failed', 'no_answer', 'busy', 'canceled')),
  contact_number     text,
  contact_name       text,
  agent_number       text,
  search_text        text NOT NULL DEFAULT '',
  started_at         timestamptz,
  ended_at           timestamptz,
  duration_seconds   integer NOT NULL DEFAULT 0,
  ended_reason       text,
  error_message      text,
  answered_by        text,
  summary            text,
  sentiment          text CHECK (sentiment IN ('positive', 'neutral', 'negative')),
  success_evaluation text,
  structured_data    jsonb NOT NULL DEFAULT '{}',
  cost_micros        bigint NOT NULL DEFAULT 0,
  cost_parts         jsonb NOT NULL DEFAULT '{}',
  recording_source   text,
  recording_key      text,
  recording_type     text,
  recording_bytes    bigint,
  recording_error    text,
  follow_up_note     text,
  followed_up_at     timestamptz,
  followed_up_by     uuid,
  usage_day          date,                      -- set by the transaction that counted the call, once
  usage_counted      jsonb NOT NULL DEFAULT '{}',
  started_by         uuid,
  placing_at         timestamptz,               -- the provider was asked to dial; set before asking
  reported_at        timestamptz,               -- the provider's final report has arrived
  version            integer NOT NULL DEFAULT 1,
  created_at         timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL,
  deleted_at         timestamptz,
  PRIMARY KEY (partner_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX conversations_of_workspace ON app.conversations (partner_id, workspace_id, id DESC);
CREATE INDEX conversations_of_agent ON app.conversations (partner_id, workspace_id, agent_id, id DESC);
CREATE INDEX conversations_live ON app.conversations (partner_id, workspace_id, id) WHERE status IN ('queued', 'ringing', 'in_progress');

CREATE TABLE app.conversation_keys (
  partner_id       uuid NOT NULL,
  workspace_id     uuid NOT NULL,
  provider         text NOT NULL,
  provider_call_id text NOT NULL,
  conversation_id  uuid NOT NULL,
  PRIMARY KEY (partner_id, provider, provider_call_id),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX conversation_keys_of_conversation ON app.conversation_keys (partner_id, conversation_id);

CREATE TABLE app.conversation_transcripts (
  partner_id      uuid NOT NULL,
  workspace_id    uuid NOT NULL,
  conversation_id uuid NOT NULL,
  lines           jsonb NOT NULL,
  updated_at      timestamptz NOT NULL,
  PRIMARY KEY (partner_id, conversation_id)
) PARTITION BY RANGE (conversation_id);

CREATE TABLE app.conversation_events (
  partner_id      uuid NOT NULL,
  workspace_id    uuid NOT NULL,
  id              uuid NOT NULL,
  conversation_id uuid NOT NULL,
  kind            text NOT NULL CHECK (kind IN ('status', 'line', 'report')),
  data            jsonb NOT NULL,
  occurred_at     timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX conversation_events_of_conversation ON app.conversation_events (partner_id, workspace_id, conversation_id, id);

-- A busy workspace would queue behind one counter row, so each day is spread over a few slots and summed on reading.
CREATE TABLE app.usage_daily (
  partner_id   uuid NOT NULL,
  workspace_id uuid NOT NULL,
  day          date NOT NULL,                   -- in the workspace's time zone
  agent_id     uuid NOT NULL,
  slot         smallint NOT NULL CHECK (slot BETWEEN 0 AND 3),
  calls        bigint NOT NULL DEFAULT 0,
  completed    bigint NOT NULL DEFAULT 0,
  failed       bigint NOT NULL DEFAULT 0,
  no_answer    bigint NOT NULL DEFAULT 0,
  busy         bigint NOT NULL DEFAULT 0,
  canceled     bigint NOT NULL DEFAULT 0,
  inbound      bigint NOT NULL DEFAULT 0,
  outbound     bigint NOT NULL DEFAULT 0,
  web          bigint NOT NULL DEFAULT 0,
  positive     bigint NOT NULL DEFAULT 0,
  neutral      bigint NOT NULL DEFAULT 0,
  negative     bigint NOT NULL DEFAULT 0,
  seconds      bigint NOT NULL DEFAULT 0,
  cost_micros  bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (partner_id, workspace_id, day, agent_id, slot),
  FOREIGN KEY (partner_id, workspace_id) REFERENCES app.workspaces (partner_id, id) ON DELETE CASCADE
);

-- ── What happened ──────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE app.audit_log (
  partner_id   uuid NOT NULL,
  id           uuid NOT NULL,
  workspace_id uuid,
  actor_id     uuid,
  actor_kind   text NOT NULL CHECK (actor_kind IN ('user', 'system', 'provider', 'staff', 'anonymous')),
  acting_as    text,
  action       text NOT NULL,
  entity_type  text NOT NULL,
  entity_id    text NOT NULL,
  old_values   jsonb,
  new_values   jsonb,
  ip           text,
  user_agent   text,
  request_id   text,
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX audit_log_of_workspace ON app.audit_log (partner_id, workspace_id, id DESC);

-- Entries are written unchained, so that writers never queue; a job seals them into one chain per partner.
CREATE TABLE app.audit_chain (
  partner_id uuid NOT NULL,
  seq        bigint NOT NULL,
  entry_id   uuid NOT NULL,
  prev_hash  bytea NOT NULL,
  hash       bytea NOT NULL,
  sealed_at  timestamptz NOT NULL,
  PRIMARY KEY (partner_id, seq),
  UNIQUE (partner_id, entry_id)
);
CREATE TABLE app.audit_heads (
  partner_id uuid NOT NULL PRIMARY KEY,
  seq        bigint NOT NULL,
  hash       bytea NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE app.mail_messages (
  partner_id   uuid NOT NULL REFERENCES app.partners (id),
  id           uuid NOT NULL,
  template     text NOT NULL,
  recipient    text NOT NULL,
  sender       text NOT NULL,
  subject      text NOT NULL,
  html         text NOT NULL,
  plain        text NOT NULL,
  status       text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sent', 'kept', 'failed')),
  error        text,
  attempts     integer NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL,
  sent_at      timestamptz,
  PRIMARY KEY (partner_id, id)
);

-- ── Row security ───────────────────────────────────────────────────────────────────────────────────────────────
DO $$
DECLARE
  t text;
  tenant constant text := 'partner_id = app.cur_partner()';
  here   constant text := tenant || ' AND (workspace_id = app.cur_workspace() OR app.wide())';
  policy text;
BEGIN
  FOR t, policy IN VALUES
    ('users', tenant), ('sessions', tenant), ('sign_ups', tenant), ('password_resets', tenant), ('partner_members', tenant),
    ('partner_invitations', tenant || ' AND app.wide()'), ('integrations', tenant || ' AND app.wide()'),
    ('workspaces', tenant || ' AND (id = app.cur_workspace() OR app.wide())'),
    ('workspace_members', here), ('workspace_invitations', here), ('integration_assignments', here),
    ('ai_agents', here), ('provider_inbox', here), ('conversations', here), ('conversation_keys', here),
    ('conversation_transcripts', here), ('conversation_events', here), ('usage_daily', here),
    ('audit_chain', tenant || ' AND app.wide()'), ('audit_heads', tenant || ' AND app.wide()'),
    ('mail_messages', tenant)
  LOOP
    EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON app.%I TO app_user USING (%s) WITH CHECK (%s)', t, policy, policy);
    EXECUTE format('CREATE POLICY platform ON app.%I TO app_owner, app_staff USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;

-- Partner-wide entries have no workspace: anybody of the partner writes them, only a wide context reads them.
ALTER TABLE app.audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_reads ON app.audit_log FOR SELECT TO app_user
  USING (partner_id = app.cur_partner() AND (workspace_id = app.cur_workspace() OR app.wide()));
CREATE POLICY tenant_writes ON app.audit_log FOR INSERT TO app_user
  WITH CHECK (partner_id = app.cur_partner() AND (workspace_id IS NULL OR workspace_id = app.cur_workspace() OR app.wide()));
CREATE POLICY platform ON app.audit_log TO app_owner, app_staff USING (true) WITH CHECK (true);

-- ── Grants: by name, to root tables only ───────────────────────────────────────────────────────────────────────
GRANT SELECT ON app.partners, app.partner_domains TO app_user;
GRANT SELECT ON app.hook_endpoints TO app_user;
GRANT SELECT, INSERT, UPDATE ON
  app.users, app.sessions, app.sign_ups, app.password_resets, app.partner_members, app.partner_invitations, app.workspaces,
  app.workspace_members, app.workspace_invitations, app.ai_agents, app.provider_inbox, app.conversations,
  app.conversation_keys, app.usage_daily, app.audit_heads, app.mail_messages TO app_user;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.integrations, app.integration_assignments, app.conversation_transcripts TO app_user;
GRANT DELETE ON app.sessions, app.sign_ups, app.password_resets, app.provider_inbox, app.usage_daily TO app_user;
GRANT SELECT, INSERT ON app.conversation_events, app.audit_log, app.audit_chain TO app_user;
GRANT SELECT, INSERT, UPDATE, DELETE ON
  app.partners, app.partner_domains, app.hook_endpoints, app.super_admin, app.partner_requests, app.staff_sessions,
  app.users, app.sessions, app.sign_ups, app.password_resets, app.partner_members, app.partner_invitations, app.workspaces,
  app.workspace_members, app.workspace_invitations, app.integrations, app.integration_assignments, app.ai_agents,
  app.provider_inbox, app.conversations, app.conversation_keys, app.conversation_transcripts, app.conversation_events,
  app.usage_daily, app.mail_messages TO app_staff;
GRANT SELECT, INSERT ON app.audit_log, app.audit_chain, app.audit_heads TO app_staff;
