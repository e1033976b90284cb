-- The operator's console: why jobs failed, jobs run again, and partners that are gone for good. Runs as app_owner.

-- The queue keeps a failed job, but not what went wrong; the worker notes it here. It goes with its job.
CREATE TABLE queue.job_errors (
  job_id    bigint PRIMARY KEY REFERENCES queue.procrastinate_jobs (id) ON DELETE CASCADE,
  error     text NOT NULL,
  failed_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON queue.job_errors TO app_worker;
GRANT USAGE ON SCHEMA queue TO app_staff;
GRANT SELECT ON queue.procrastinate_jobs, queue.job_errors TO app_staff;

CREATE INDEX provider_inbox_troubled ON app.provider_inbox (partner_id, id DESC) WHERE status IN ('failed', 'ignored');

-- Failed jobs run again, from their first attempt. Where the same work waits already, the failed job has had its day.
CREATE FUNCTION app.retry_jobs(p_ids bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = queue, pg_temp AS $$
DECLARE
  one bigint;
BEGIN
  FOREACH one IN ARRAY p_ids LOOP
    BEGIN
      UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL, worker_id = NULL
       WHERE id = one AND status = 'failed';
      IF FOUND THEN
        DELETE FROM job_errors WHERE job_id = one;
        RETURN NEXT one;
      END IF;
    EXCEPTION WHEN unique_violation THEN
      DELETE FROM procrastinate_jobs WHERE id = one AND status = 'failed';
      RETURN NEXT one;
    END;
  END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION app.retry_jobs(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.retry_jobs(bigint[]) TO app_staff;

-- Partners whose 30 days are over. Told to the platform only; the bound stands here as well, so that nobody can hurry it.
CREATE FUNCTION app.list_erasable_partners(p_before timestamptz) RETURNS TABLE (id uuid, name text, slug text, deleted_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT p.id, p.name, p.slug, p.deleted_at FROM partners p
   WHERE p.deleted_at < least(p_before, now() - interval '30 days') AND NOT p.is_platform
     AND EXISTS (SELECT FROM partners h WHERE h.id = app.cur_partner() AND h.is_platform)
   ORDER BY p.deleted_at;
$$;
-- Everything that names the partner goes, whatever tables there will be: those that others point at in a later round.
CREATE FUNCTION app.erase_partner(p_partner uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
DECLARE
  waiting text[];
  stuck   text[];
  t       text;
BEGIN
  IF NOT EXISTS (SELECT FROM app.list_erasable_partners(now()) e WHERE e.id = p_partner) THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the platform erases a partner, 30 days after it was deleted';
  END IF;
  DELETE FROM queue.procrastinate_jobs WHERE args ->> 'partner_id' = p_partner::text AND status IN ('todo', 'failed');
  SELECT array_agg(c.relname::text) INTO waiting
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
   WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND a.attname = 'partner_id' AND NOT a.attisdropped AND c.relname <> 'partner_requests';
  WHILE cardinality(waiting) > 0 LOOP
    stuck := '{}';
    FOREACH t IN ARRAY waiting LOOP
      BEGIN
        EXECUTE format('DELETE FROM app.%I WHERE partner_id = $1', t) USING p_partner;
      EXCEPTION WHEN foreign_key_violation THEN
        stuck := stuck || t;
      END;
    END LOOP;
    IF cardinality(stuck) = cardinality(waiting) THEN
      RAISE foreign_key_violation USING MESSAGE = format('these tables hold each other: %s', stuck);
    END IF;
    waiting := stuck;
  END LOOP;
  DELETE FROM partners WHERE id = p_partner;
END $$;
REVOKE EXECUTE ON FUNCTION app.list_erasable_partners(timestamptz), app.erase_partner(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.list_erasable_partners(timestamptz), app.erase_partner(uuid) TO app_user;
