-- The auditors' role on PostgreSQL: it reads everything but who the candidates are, and writes nothing. Run it as the
-- role that runs the migrations, on the product's database, after the migrations; running it again changes nothing. Then give the role a way in: alter role hela_vagen_audit password '…', or a certificate.

do $$
begin
    -- Roles are of the whole server: one database may have made it for another.
    if not exists (select from pg_roles where rolname = 'hela_vagen_audit') then
        create role hela_vagen_audit login nosuperuser nocreatedb nocreaterole noinherit;
    end if;
end $$;

alter role hela_vagen_audit set default_transaction_read_only = on;

revoke all on all tables in schema public from hela_vagen_audit;
revoke all on schema public from hela_vagen_audit;
grant usage on schema public to hela_vagen_audit;
grant select on all tables in schema public to hela_vagen_audit;
revoke all on candidates from hela_vagen_audit;

-- Tables of later versions. One that says who somebody is must be taken out above, and here by its migration.
alter default privileges in schema public grant select on tables to hela_vagen_audit;
