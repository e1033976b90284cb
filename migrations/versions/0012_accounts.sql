-- Tables and columns: accounts. Second factors, passkeys, changes of address, devices people sign in from. Runs as app_owner.

ALTER TABLE app.partners ADD COLUMN require_two_factor boolean NOT NULL DEFAULT false;
ALTER TABLE app.users ADD COLUMN two_factor_since timestamptz;

CREATE TABLE app.two_factors (
  partner_id   uuid NOT NULL,
  user_id      uuid NOT NULL,
  secret       bytea NOT NULL,                         -- sealed
  last_step    bigint NOT NULL DEFAULT 0,              -- of 30 seconds; a code is good once
  created_at   timestamptz NOT NULL,
  confirmed_at timestamptz,
  PRIMARY KEY (partner_id, user_id),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);
CREATE TABLE app.recovery_codes (
  partner_id uuid NOT NULL,
  user_id    uuid NOT NULL,
  code_hash  bytea NOT NULL,
  created_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (partner_id, user_id, code_hash),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);
CREATE TABLE app.passkeys (
  partner_id    uuid NOT NULL,
  id            uuid NOT NULL,
  user_id       uuid NOT NULL,
  name          text NOT NULL,
  rp_id         text NOT NULL,                         -- the host it was made for
  credential_id bytea NOT NULL,
  public_key    bytea NOT NULL,
  sign_count    bigint NOT NULL,
  transports    jsonb NOT NULL DEFAULT '[]',
  backed_up     boolean NOT NULL,
  created_at    timestamptz NOT NULL,
  last_used_at  timestamptz,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, credential_id),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX passkeys_of_user ON app.passkeys (partner_id, user_id, id);
-- What an authenticator is asked to sign; good once.
CREATE TABLE app.passkey_challenges (
  partner_id     uuid NOT NULL REFERENCES app.partners (id),
  challenge_hash bytea NOT NULL,
  user_id        uuid,                                 -- who adds a passkey; null when somebody signs in
  expires_at     timestamptz NOT NULL,
  PRIMARY KEY (partner_id, challenge_hash)
);
-- The password was right, the second factor is still to come. This opens nothing by itself.
CREATE TABLE app.pending_sign_ins (
  partner_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  user_id    uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (partner_id, token_hash),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);
CREATE TABLE app.address_changes (
  partner_id       uuid NOT NULL,
  id               uuid NOT NULL,
  user_id          uuid NOT NULL,
  new_email        text NOT NULL CHECK (new_email = lower(new_email)),
  old_token_hash   bytea,
  new_token_hash   bytea,
  old_confirmed_at timestamptz,
  new_confirmed_at timestamptz,
  created_at       timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, user_id),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX address_changes_old ON app.address_changes (partner_id, old_token_hash);
CREATE INDEX address_changes_new ON app.address_changes (partner_id, new_token_hash);
CREATE TABLE app.known_devices (
  partner_id   uuid NOT NULL,
  user_id      uuid NOT NULL,
  device_hash  bytea NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (partner_id, user_id, device_hash),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['two_factors', 'recovery_codes', 'passkeys', 'passkey_challenges', 'pending_sign_ins',
                           'address_changes', 'known_devices'] LOOP
    EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON app.%I TO app_user USING (partner_id = app.cur_partner())'
                   ' WITH CHECK (partner_id = app.cur_partner())', t);
    EXECUTE format('CREATE POLICY platform ON app.%I TO app_owner, app_staff USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON app.%I TO app_user', t);
  END LOOP;
END $$;

-- ── Staff ──────────────────────────────────────────────────────────────────────────────────────────────────────
-- `partner_id` is the platform's own: the place a sealed value is bound to.
CREATE TABLE app.staff_two_factors (
  staff_id     uuid PRIMARY KEY REFERENCES app.super_admin (id) ON DELETE CASCADE,
  partner_id   uuid NOT NULL REFERENCES app.partners (id),
  secret       bytea NOT NULL,                         -- sealed
  last_step    bigint NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL,
  confirmed_at timestamptz
);
CREATE TABLE app.staff_pending_sign_ins (
  token_hash bytea PRIMARY KEY,
  staff_id   uuid NOT NULL REFERENCES app.super_admin (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.staff_two_factors, app.staff_pending_sign_ins TO app_staff;

-- ── Doors ──────────────────────────────────────────────────────────────────────────────────────────────────────
-- Whether a person has to set up a second factor before anything else. Asked in the statement that admits a request.
CREATE FUNCTION app.owes_two_factor(p_partner uuid, p_user uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT EXISTS (SELECT FROM partners p JOIN users u ON u.partner_id = p_partner AND u.id = p_user
                  WHERE p.id = p_partner AND p.require_two_factor AND u.two_factor_since IS NULL)
$$;
CREATE FUNCTION app.set_require_two_factor(p_partner uuid, p_required boolean, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  IF p_partner IS DISTINCT FROM app.cur_partner() OR NOT coalesce(app.wide(), false) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a partner decides about its own sign-in only';
  END IF;
  UPDATE partners SET require_two_factor = p_required, updated_at = p_at
   WHERE id = p_partner AND require_two_factor <> p_required;
  RETURN FOUND;
END $$;
REVOKE EXECUTE ON FUNCTION app.owes_two_factor(uuid, uuid), app.set_require_two_factor(uuid, boolean, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.owes_two_factor(uuid, uuid), app.set_require_two_factor(uuid, boolean, timestamptz) TO app_user;
