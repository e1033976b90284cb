-- Domains of a partner, fenced twice as its other rows are. Before a partner is known, which is what a host name is looked
-- up for, every name is seen; within a partner's unit of work, its own only. Runs as app_owner.
ALTER TABLE app.partner_domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.partner_domains FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.partner_domains FOR SELECT TO app_user
  USING (app.cur_partner() IS NULL OR partner_id = app.cur_partner());
CREATE POLICY platform ON app.partner_domains TO app_owner, app_staff USING (true) WITH CHECK (true);
