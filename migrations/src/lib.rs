//! The schema of Allervers, one file a step. Every table but `key_check` has `structure_id`; ids are UUID v7 made in code; instants are
//! UTC, sessions local time; money is cents. Each step runs in one transaction on both databases.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::uuid;

mod m0001_accounts;
mod m0002_campaign;
mod m0003_lists;
mod m0004_mailing;
mod m0005_registration;
mod m0006_doubts;
mod m0007_mappings;
mod m0008_oppositions;
mod m0009_audience;
mod m0010_office;
mod m0011_blind;
mod m0012_lean_lists;
mod m0014_office_consistency;
mod m0015_press;
mod m0016_print;
mod m0017_letter_content;
mod m0018_signature;
mod m0022_mapping_columns;
mod m0024_lists_in_order;

/// All steps, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_accounts::Migration),
            Box::new(m0002_campaign::Migration),
            Box::new(m0003_lists::Migration),
            Box::new(m0004_mailing::Migration),
            Box::new(m0005_registration::Migration),
            Box::new(m0006_doubts::Migration),
            Box::new(m0007_mappings::Migration),
            Box::new(m0008_oppositions::Migration),
            Box::new(m0009_audience::Migration),
            Box::new(m0010_office::Migration),
            Box::new(m0011_blind::Migration),
            Box::new(m0012_lean_lists::Migration),
            Box::new(m0014_office_consistency::Migration),
            Box::new(m0015_press::Migration),
            Box::new(m0016_print::Migration),
            Box::new(m0017_letter_content::Migration),
            Box::new(m0018_signature::Migration),
            Box::new(m0022_mapping_columns::Migration),
            Box::new(m0024_lists_in_order::Migration),
        ]
    }
}

/// Declares a step from the function that makes its tables; steps only go forward, a backup is the way back.
macro_rules! step {
    ($up:path) => {
        /// This step.
        #[derive(Debug, sea_orm_migration::prelude::DeriveMigrationName)]
        pub struct Migration;

        #[async_trait::async_trait]
        impl sea_orm_migration::prelude::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                $up(manager).await
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}
use step;

/// A table owned by a structure: `structure_id` first, then `columns`, then `keys` (columns that refer to another table's
/// `id`).
fn owned(
    table: &'static str,
    columns: &mut [ColumnDef],
    keys: &[(&'static str, &'static str)],
) -> TableCreateStatement {
    let mut create = Table::create();
    create.table(table).col(uuid("structure_id"));
    for column in columns {
        create.col(column.take());
    }
    for (column, target) in keys.iter().chain(&[("structure_id", "structure")]) {
        create.foreign_key(ForeignKey::create().from(table, *column).to(*target, "id"));
    }
    create.take()
}

/// An index over `columns`, unique or not, named after what it covers.
fn index(table: &'static str, columns: &[&'static str], unique: bool) -> IndexCreateStatement {
    let mut create = Index::create();
    create.name(format!("ix_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        create.col(*column);
    }
    if unique {
        create.unique();
    }
    create.take()
}
