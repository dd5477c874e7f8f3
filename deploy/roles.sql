-- The roles of the product's database on PostgreSQL: workers, scripts, the gateway, dashboards and auditors, none of which
-- owns a table. Run it as the role that runs the migrations, on the product's database, after the migrations; running it again
-- changes nothing, and where anything in it fails, nothing of it is done:
--     psql "$HELAVAGEN_DATABASE_URL" --file deploy/roles.sql
-- `python -m runtime.migrations` runs it too where the roles are there. Then give each role a way in:
--     alter role hela_vagen_worker password '…', or a certificate.
-- A table of a later version is nobody's until it stands here.

\set ON_ERROR_STOP on
begin;

-- Two that begin at once wait for each other.
select pg_advisory_xact_lock(hashtext('roles of hela_vagen'));

do $$
begin
    -- Roles are of the whole server: one database may have made them for another.
    if not exists (select from pg_roles where rolname = 'hela_vagen_worker') then
        create role hela_vagen_worker login noinherit;
    end if;
    if not exists (select from pg_roles where rolname = 'hela_vagen_staff') then
        create role hela_vagen_staff login noinherit;
    end if;
    if not exists (select from pg_roles where rolname = 'hela_vagen_gateway') then
        create role hela_vagen_gateway login noinherit;
    end if;
    if not exists (select from pg_roles where rolname = 'hela_vagen_reader') then
        create role hela_vagen_reader login noinherit;
        alter role hela_vagen_reader set default_transaction_read_only = on;
    end if;
    if not exists (select from pg_roles where rolname = 'hela_vagen_audit') then
        create role hela_vagen_audit login noinherit;
        alter role hela_vagen_audit set default_transaction_read_only = on;
    end if;
end $$;

-- What was given before, perhaps by another version.
revoke all on all tables in schema public
    from public, hela_vagen_worker, hela_vagen_staff, hela_vagen_gateway, hela_vagen_reader, hela_vagen_audit;
revoke all on all sequences in schema public
    from public, hela_vagen_worker, hela_vagen_staff, hela_vagen_gateway, hela_vagen_reader, hela_vagen_audit;

-- Whoever may make a table of their own, a temporary one too, could put it before the one that a trigger looks in.
do $$ begin
    execute format('revoke create, temporary on database %I from public', current_database());
end $$;
revoke create on schema public from public;
revoke all on schema public
    from hela_vagen_worker, hela_vagen_staff, hela_vagen_gateway, hela_vagen_reader, hela_vagen_audit;
grant usage on schema public
    to hela_vagen_worker, hela_vagen_staff, hela_vagen_gateway, hela_vagen_reader, hela_vagen_audit;

-- Workers: they record. Who somebody is they neither know nor may ask.
grant select on
    alembic_version, archived_histories, candidate_keys, findings, follow_ups, journeys, ledger, links, notices,
    open_items, passages, places_taken, position_changes, positions, protections, statements, texts, training_completions, unit_staff
    to hela_vagen_worker;
-- Whether replies lie that nobody has looked at, and nothing of what stands in them.
grant select (id, what, received_at) on received_mails to hela_vagen_worker;
grant select (mail_id, what) on mail_acts to hela_vagen_worker;
grant insert on
    archived_histories, candidate_keys, findings, follow_ups, journeys, ledger, links, notices, open_items, passages,
    places_taken, position_changes, positions
    to hela_vagen_worker;
grant update on journeys, passages, positions to hela_vagen_worker;
grant update (status, attempts, last_error, sent_at, sent_to, acknowledged_at, ways) on notices to hela_vagen_worker;
grant delete on findings, follow_ups, open_items, passages, places_taken to hela_vagen_worker;
grant usage on sequence ledger_id_seq to hela_vagen_worker;

-- Scripts, the desk and the codec server: they register, read with a trace, write down what people sign, and erase. What happened
-- in a journey they cannot write: that they send to it.
grant select on all tables in schema public to hela_vagen_staff;
grant insert on
    archived_histories, candidate_keys, candidates, desk_sessions, disposals, identity_commitments, mail_acts, protections,
    reads, received_mails, reports, search_tokens, statements, text_erasures, texts, training_completions,
    unit_staff
    to hela_vagen_staff;
grant update (wrapped, ended_at) on candidate_keys to hela_vagen_staff;
grant update (identity_index, contents) on candidates to hela_vagen_staff;
grant update (contents) on texts to hela_vagen_staff;
grant update (status, pending_since, ways, bounced_at) on notices to hela_vagen_staff;
grant update (erased_on) on journeys to hela_vagen_staff;
grant update (seen_at) on desk_sessions to hela_vagen_staff;
grant delete on candidates, desk_sessions, open_items, places_taken, received_mails, search_tokens to hela_vagen_staff;
grant usage on sequence reads_id_seq, training_completions_id_seq, unit_staff_id_seq to hela_vagen_staff;

-- The gateway: it knows partners' messages and the readers of letters, keeps what they write, and sends it to the journey. Who
-- the candidates are, and who is signed in, it neither knows nor may ask.
grant select on
    alembic_version, archived_histories, candidate_keys, journeys, ledger, links, notices, partner_messages,
    protections, reads, statements, texts
    to hela_vagen_gateway;
grant insert on partner_messages, reads, texts to hela_vagen_gateway;
grant delete on partner_messages to hela_vagen_gateway;
grant usage on sequence reads_id_seq to hela_vagen_gateway;

-- Dashboards: where journeys stand, and nothing that is sealed.
grant select on
    alembic_version, findings, follow_ups, journeys, open_items, passages, places_taken, position_changes, positions
    to hela_vagen_reader;
grant select (
    notice_id, journey_id, event_id, recipient, status, attempts, created_at, pending_since, sent_at, acknowledged_at, kind
) on notices to hela_vagen_reader;

-- Auditors: everything but who is signed in. They write that they read, and nothing else.
grant select on all tables in schema public to hela_vagen_audit;
revoke all on candidates, desk_sessions, search_tokens from hela_vagen_audit;
grant insert on reads to hela_vagen_audit;
grant usage on sequence reads_id_seq to hela_vagen_audit;

-- Who a candidate is, sealed as it stands there: for an auditor who has just written down that they open it, and who is named
-- where the candidate is protected.
create or replace function identity_by_reading(reading integer)
    returns table (number varchar, contents bytea, registered_at timestamptz)
    language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
    -- A row of one's own transaction could be taken back afterwards. Without a write in it, only what is committed is seen.
    if pg_current_xact_id_if_assigned() is not null then
        raise exception 'the reading is not committed' using errcode = 'invalid_transaction_state';
    end if;
    return query
        select c.number, c.contents, c.registered_at
        from reads r join candidates c on c.number = r.candidate
        where r.id = reading and r.what = 'identity' and not r.refused and r.actor like 'auditor:%'
            and r.read_at between now() - interval '15 minutes' and now() + interval '15 minutes'
            and not exists (
                select from protections p
                where p.candidate = r.candidate and p.staff <> ''
                    and p.number = (select max(latest.number) from protections latest where latest.candidate = r.candidate)
                    and split_part(r.actor, ':', 2) <> all (string_to_array(p.staff, ' '))
            );
end $$;
revoke all on function identity_by_reading(integer) from public;
grant execute on function identity_by_reading(integer) to hela_vagen_audit;

-- What none of them may be.
do $$
declare
    bad text;
begin
    select string_agg(distinct r.rolname, ', ') into bad
    from pg_roles r
    where r.rolname in (
        'hela_vagen_worker', 'hela_vagen_staff', 'hela_vagen_gateway', 'hela_vagen_reader', 'hela_vagen_audit'
    ) and (
        r.rolsuper or r.rolcreaterole or r.rolbypassrls or r.rolreplication
        or exists (select from pg_auth_members m where m.member = r.oid)
        or exists (
            select from pg_class c where c.relnamespace = 'public'::regnamespace and c.relowner = r.oid
        )
        or has_database_privilege(r.oid, current_database(), 'create')
        or has_database_privilege(r.oid, current_database(), 'temporary')
        or has_schema_privilege(r.oid, 'public', 'create')
    );
    if bad is not null then
        raise exception 'these roles may do more than they should: %', bad using hint =
            'They must own nothing here, be no superuser, no member of another role and make no tables, temporary ones'
            ' included. Let the owner of the database run this.';
    end if;
end $$;

commit;
