//! The names that types had when earlier versions saved them.

/// Each former name with today's.
const RENAMED: [(&str, &str); 5] = [
    ("Averaging", "VotingEnsemble"),
    ("Descent", "FittedGradientDescent"),
    ("LeastSquares", "FittedClosedForm"),
    ("LikelihoodFit", "FittedMaximumLikelihood"),
    ("PolynomialFit", "FittedPolynomialRegression"),
];

/// Today's name of a type that a file names, such as `Averaging<Descent>`.
pub(super) fn todays_name(name: &str) -> String {
    let is_in_word = |character: char| character.is_alphanumeric() || character == '_';
    let words = name.split_inclusive(|character| !is_in_word(character));
    let renamed = words.map(|word| {
        let bare = word.trim_end_matches(|character| !is_in_word(character));
        let today = RENAMED.iter().find(|(former, _)| *former == bare).map_or(bare, |(_, today)| today);
        format!("{today}{}", &word[bare.len()..])
    });
    renamed.collect()
}

#[cfg(test)]
mod tests {
    use super::todays_name;

    #[test]
    fn each_part_of_a_name_is_renamed() {
        assert_eq!(todays_name("LinearModel"), "LinearModel");
        assert_eq!(todays_name("LeastSquares"), "FittedClosedForm");
        let ensemble = todays_name("Averaging<Descent<LinearClassifier>>");
        assert_eq!(ensemble, "VotingEnsemble<FittedGradientDescent<LinearClassifier>>");
    }
}
