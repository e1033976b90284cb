-- Tables and columns: sign-in through Google and other OpenID providers. Runs as app_owner.

-- How somebody proved who they are before the second factor was asked for.
ALTER TABLE app.pending_sign_ins ADD COLUMN method text NOT NULL DEFAULT 'password';

CREATE TABLE app.identity_providers (
  partner_id    uuid NOT NULL REFERENCES app.partners (id),
  id            uuid NOT NULL,
  label         text NOT NULL,
  issuer        text NOT NULL,
  client_id     text NOT NULL,
  client_secret bytea NOT NULL,                        -- sealed
  domains       jsonb NOT NULL DEFAULT '[]',           -- of e-mail addresses; empty: any
  auto_join     boolean NOT NULL,                      -- whether new people may join by it
  enabled       boolean NOT NULL,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, issuer)
);
CREATE TABLE app.linked_identities (
  partner_id   uuid NOT NULL,
  id           uuid NOT NULL,
  user_id      uuid NOT NULL,
  issuer       text NOT NULL,
  subject      text NOT NULL,
  label        text NOT NULL,                          -- of the provider when it was linked
  email        text NOT NULL,
  created_at   timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, issuer, subject),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX linked_identities_of_user ON app.linked_identities (partner_id, user_id, id);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['identity_providers', 'linked_identities'] LOOP
    EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON app.%I TO app_user USING (partner_id = app.cur_partner())'
                   ' WITH CHECK (partner_id = app.cur_partner())', t);
    EXECUTE format('CREATE POLICY platform ON app.%I TO app_owner, app_staff USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON app.%I TO app_user', t);
  END LOOP;
END $$;
