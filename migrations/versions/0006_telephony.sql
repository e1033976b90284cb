-- Tables and columns: telephony. Runs as app_owner.

-- ── How providers reach the exchange that owns a number; seen by partner-wide contexts only ────────────────────
CREATE TABLE app.sip_trunks (
  partner_id           uuid NOT NULL REFERENCES app.partners (id),
  id                   uuid NOT NULL,
  name                 text NOT NULL,
  description          text,
  sip_server           text NOT NULL,
  sip_port             integer NOT NULL DEFAULT 5060 CHECK (sip_port BETWEEN 1 AND 65535),
  sip_transport        text NOT NULL DEFAULT 'udp' CHECK (sip_transport IN ('udp', 'tcp', 'tls')),
  sip_username         text NOT NULL,
  sip_password         bytea NOT NULL,                 -- sealed
  sip_realm            text,
  outbound_proxy       text,
  register             boolean NOT NULL DEFAULT true,
  registration_expiry  integer NOT NULL DEFAULT 3600 CHECK (registration_expiry BETWEEN 60 AND 86400),
  outbound_caller_id   text,
  is_default           boolean NOT NULL DEFAULT false,
  is_active            boolean NOT NULL DEFAULT true,
  registration_status  text NOT NULL DEFAULT 'not_synced' CHECK (registration_status IN ('not_synced', 'synced', 'error')),
  registration_error   text,
  last_registration_at timestamptz,
  version              integer NOT NULL DEFAULT 1,
  created_by           uuid,
  created_at           timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id)
);
CREATE UNIQUE INDEX sip_trunks_one_default ON app.sip_trunks (partner_id) WHERE is_default;

-- ── Telephone numbers: the partner's, each lent to at most one workspace ───────────────────────────────────────
-- Agents are named by id alone: they live upstairs, may be deleted and come back, and the number remembers the wish.
CREATE TABLE app.phone_numbers (
  partner_id            uuid NOT NULL REFERENCES app.partners (id),
  id                    uuid NOT NULL,
  phone_number          text NOT NULL,
  friendly_name         text,
  description           text,
  provider              text NOT NULL,
  integration_id        uuid NOT NULL,
  external_id           text,
  sip_trunk_id          uuid,
  state                 text NOT NULL CHECK (state IN ('pending', 'active', 'gone', 'error', 'releasing')),
  state_error           text,
  state_error_field     text,
  asked_at              timestamptz,                   -- when the provider was first asked to take it
  supports_inbound      boolean NOT NULL DEFAULT true,
  supports_outbound     boolean NOT NULL DEFAULT true,
  assigned_workspace_id uuid,
  assigned_at           timestamptz,
  inbound_agent_id      uuid,
  outbound_agent_id     uuid,
  hours                 jsonb,
  fallback_kind         text CHECK (fallback_kind IN ('agent', 'number', 'message')),
  fallback_agent_id     uuid,
  fallback_number       text,
  fallback_message      text,
  bind_status           text NOT NULL DEFAULT 'not_synced' CHECK (bind_status IN ('not_synced', 'pending', 'synced', 'error')),
  bind_error            text,
  bound                 jsonb NOT NULL DEFAULT '{}',   -- what the provider was told last
  bound_at              timestamptz,
  version               integer NOT NULL DEFAULT 1,
  created_by            uuid,
  created_at            timestamptz NOT NULL,
  updated_at            timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, phone_number),
  FOREIGN KEY (partner_id, integration_id) REFERENCES app.integrations (partner_id, id) ON DELETE CASCADE,
  FOREIGN KEY (partner_id, sip_trunk_id) REFERENCES app.sip_trunks (partner_id, id),
  FOREIGN KEY (partner_id, assigned_workspace_id) REFERENCES app.workspaces (partner_id, id)
);
CREATE INDEX phone_numbers_of_workspace ON app.phone_numbers (partner_id, assigned_workspace_id, phone_number);
CREATE INDEX phone_numbers_of_integration ON app.phone_numbers (partner_id, integration_id, external_id);

-- ── Row security and grants ────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE app.sip_trunks ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.sip_trunks FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.sip_trunks TO app_user
  USING (partner_id = app.cur_partner() AND app.wide()) WITH CHECK (partner_id = app.cur_partner() AND app.wide());
CREATE POLICY platform ON app.sip_trunks TO app_owner, app_staff USING (true) WITH CHECK (true);
ALTER TABLE app.phone_numbers ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.phone_numbers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.phone_numbers TO app_user
  USING (partner_id = app.cur_partner() AND (assigned_workspace_id = app.cur_workspace() OR app.wide()))
  WITH CHECK (partner_id = app.cur_partner() AND (assigned_workspace_id = app.cur_workspace() OR app.wide()));
CREATE POLICY platform ON app.phone_numbers TO app_owner, app_staff USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.sip_trunks, app.phone_numbers TO app_user;
GRANT SELECT ON app.sip_trunks, app.phone_numbers TO app_staff;
