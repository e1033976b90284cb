-- Domains: staff work with a partner's domains through the doors that the partner uses. Runs as app_owner.
GRANT EXECUTE ON FUNCTION
  app.add_domain(uuid, uuid, text, text, timestamptz), app.remove_domain(uuid, text), app.make_domain_primary(uuid, text)
  TO app_staff;
