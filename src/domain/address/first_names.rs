//! First names frequent among French retirees and on French street signs: enough to tell « Yvette PAGÈS » from « PAGÈS
//! Yvette » over a whole list, and to shorten « JEAN MARIE » to « J M ».

/// Is this one word, in capitals without accents, a frequent French first name?
pub fn is_first_name(word: &str) -> bool {
    FIRST_NAMES.binary_search(&word).is_ok()
}

/// Sorted, for the binary search.
#[rustfmt::skip]
const FIRST_NAMES: &[&str] = &[
    "ADRIEN", "AGNES", "AIME", "ALAIN", "ALBERT", "ALEXANDRE", "ALFRED", "ALICE", "ALINE", "ALPHONSE", "AMELIE", "ANDRE",
    "ANDREE", "ANGELE", "ANNA", "ANNE", "ANNETTE", "ANNICK", "ANNIE", "ANTOINE", "ANTOINETTE", "ARISTIDE", "ARLETTE",
    "ARMAND", "ARTHUR", "AUGUSTE", "AUGUSTIN", "BEATRICE", "BENOIT", "BERNADETTE", "BERNARD", "BERTHE", "BRIGITTE",
    "BRUNO", "CAMILLE", "CATHERINE", "CECILE", "CHANTAL", "CHARLES", "CHRISTIAN", "CHRISTIANE", "CHRISTINE", "CLAIRE",
    "CLAUDE", "CLAUDETTE", "CLAUDINE", "CLEMENT", "COLETTE", "CORINNE", "DANIEL", "DANIELLE", "DAVID", "DENIS", "DENISE",
    "DIDIER", "DOMINIQUE", "EDGAR", "EDMOND", "EDOUARD", "ELIANE", "ELIE", "ELISABETH", "ELISE", "EMILE", "EMMANUEL",
    "ERIC", "ERNEST", "ETIENNE", "EUGENE", "EVELYNE", "FELIX", "FERDINAND", "FERNAND", "FERNANDE", "FRANCIS", "FRANCOIS",
    "FRANCOISE", "FREDERIC", "GABRIEL", "GABRIELLE", "GASTON", "GENEVIEVE", "GEORGES", "GEORGETTE", "GERARD", "GERMAINE",
    "GHISLAINE", "GILBERT", "GILBERTE", "GILLES", "GINETTE", "GISELE", "GUILLAUME", "GUSTAVE", "GUY", "HELENE", "HENRI",
    "HENRIETTE", "HERVE", "HUBERT", "HUGUETTE", "IRENE", "ISABELLE", "JACQUELINE", "JACQUES", "JANINE", "JEAN", "JEANNE",
    "JEANNINE", "JEROME", "JOEL", "JOSEPH", "JOSETTE", "JOSIANE", "JULES", "JULIETTE", "LAURENCE", "LAURENT", "LEON",
    "LEONCE", "LILIANE", "LOUIS", "LOUISE", "LUC", "LUCETTE", "LUCIE", "LUCIEN", "LUCIENNE", "MADELEINE", "MARC", "MARCEAU",
    "MARCEL", "MARCELLE", "MARGUERITE", "MARIE", "MARTHE", "MARTINE", "MARYSE", "MARYVONNE", "MAURICE", "MAXIME", "MICHEL",
    "MICHELE", "MICHELINE", "MIREILLE", "MONIQUE", "MYRIAM", "NICOLAS", "NICOLE", "NOEL", "NOELLE", "ODETTE", "ODILE",
    "OLIVIER", "PASCAL", "PATRICE", "PATRICIA", "PATRICK", "PAUL", "PAULE", "PAULETTE", "PHILIPPE", "PIERRE", "PIERRETTE",
    "RAOUL", "RAYMOND", "RAYMONDE", "REGINE", "REMY", "RENE", "RENEE", "ROBERT", "ROGER", "ROLAND", "ROLANDE", "ROMAIN",
    "ROSE", "SALVADOR", "SERGE", "SIMON", "SIMONE", "SOLANGE", "SOPHIE", "STEPHANE", "SUZANNE", "SYLVIANE", "SYLVIE",
    "THEOPHILE", "THERESE", "THIERRY", "URBAIN", "VERONIQUE", "VICTOR", "VINCENT", "VIVIANE", "XAVIER", "YVES", "YVETTE",
    "YVON", "YVONNE", "ZOE",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(FIRST_NAMES.is_sorted());
        assert!(is_first_name("YVETTE") && !is_first_name("PAGES"));
    }
}
