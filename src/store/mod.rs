//! The database. The only room that names sea-orm.
