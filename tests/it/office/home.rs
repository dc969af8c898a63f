//! The home page says what to do next.

use anyhow::ensure;
use libtest_mimic::Trial;

use crate::support::block_on;
use crate::support::campaign::TestCampaign;
use crate::support::databases::{TestDatabase, on_both};
use crate::support::visitor::Visitor;

pub fn trials() -> Vec<Trial> {
    on_both("the_home_page_says_what_to_do_next", what_next)
}

fn what_next(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let campaign = TestCampaign::in_database(database).await?;
        let visitor = Visitor::new(campaign.app()?).logged_in("coordination@exemple.fr").await?;
        ensure!(visitor.get("/bureau").await?.leads_to()? == "/bureau/lozere");
        let page = visitor.get("/bureau/lozere").await?;
        page.shows(
            200,
            &[
                "3\u{a0}ateliers, 19\u{a0}places, aucun inscrit",
                "Listes",
                "1 reçue",
                "Médias locaux",
                "À faire",
                "<b>Débuter avec une tablette</b>, Langogne",
            ],
        )?;
        // A session was held; once somebody is registered, who came is to be noted.
        for (person, phone) in [("Brun", "04 65 73 00 01"), ("Vidal", "04 65 73 00 02")] {
            let fields = [("first_name", "Paul"), ("last_name", person), ("phone", phone)];
            visitor.post("/ateliers/tablette-langogne/inscription", &fields).await?.leads_to()?;
        }
        visitor.get("/bureau/lozere").await?.shows(200, &["2\u{a0}inscrits", "2 sur 8"])?;
        visitor.get("/bureau/rien").await?.shows(404, &["Aucune campagne ne s’appelle « rien »"])?;
        Ok(())
    })
}
