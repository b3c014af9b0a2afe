use super::*;
use crate::plot::{Theme, cost_curves};

#[test]
fn series_become_traces_with_names_and_colors() {
    let figure = Figure::new("t").line("a", [1, 2], [1.5, 2.5]).points("b", &[1.0], &[2.0]).x("x (m)").log_y();
    let value = figure.to_value();
    assert_eq!(value["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(value["data"][0]["x"], json!([1, 2]));
    assert_eq!(value["data"][0]["y"], json!([1.5, 2.5]));
    assert_ne!(value["data"][0]["line"]["color"], value["data"][1]["marker"]["color"]);
    assert_eq!(value["layout"]["xaxis"]["title"]["text"], "x (m)");
    assert_eq!(value["layout"]["yaxis"]["type"], "log");
    assert_eq!(value["layout"]["title"]["text"], "t");
    assert_eq!(value["layout"]["showlegend"], true);
    assert!(value.get("frames").is_none());
}

#[test]
fn one_series_needs_no_legend() {
    assert_eq!(Figure::new("").line("a", [1], [1]).to_value()["layout"]["showlegend"], false);
}

#[test]
fn unequal_lengths_are_said_not_hidden() {
    let figure = Figure::new("t").line("a", [1.0, 2.0, 3.0], [1.0]);
    assert_eq!(figure.to_value()["data"][0]["x"], json!([1]));
    assert!(figure.description().contains("⚠ a: 3 x values but 1 values"));
}

#[test]
fn a_missing_value_is_null_and_the_text_is_safe_in_a_script() {
    let json = Figure::new("</script>").line("a", [1.0, 2.0], [f64::NAN, 1.0]).to_json();
    assert!(json.contains("[null,1]") && !json.contains("</"));
    assert!(serde_json::from_str::<Value>(&json).is_ok_and(|value| value["layout"]["title"]["text"] == "</script>"));
}

#[test]
fn a_plotly_plot_takes_the_house_style() {
    let mut plot = plotly::Plot::new();
    plot.add_trace(plotly::Scatter::new(vec![1, 2], vec![3, 4]).name("s"));
    plot.set_layout(plotly::Layout::new().title("Theirs").height(300));
    let value = Figure::from_plotly(&plot).map(|figure| figure.to_value()).unwrap_or_default();
    assert_eq!(value["data"][0]["y"], json!([3, 4]));
    assert_eq!(value["layout"]["title"]["text"], "Theirs");
    assert_eq!((&value["layout"]["height"], &value["layout"]["width"]), (&json!(300), &json!(800)));
    assert!(Figure::from_plotly(&json!({"layout": {}})).is_err());
}

#[test]
fn ranges_follow_the_kind_of_axis() {
    let value = Figure::new("").log_y().y_range(0.1, 100.0).x_range(2.0, 3.0).to_value();
    assert_eq!(value["layout"]["yaxis"]["range"], json!([-1, 2]));
    assert_eq!(value["layout"]["xaxis"]["range"], json!([2, 3]));
}

#[test]
fn the_order_of_calls_does_not_matter() {
    // numpy: log10([0.4, 200]) = [-0.39794, 2.30103]
    let (half, many) = (json!([-0.39794, 2.30103]), json!([0.4, 200]));
    let start = || Figure::new("t").line("a", [1, 10, 100], [1, 10, 100]);
    let layout = |figure: Figure| figure.to_value()["layout"].take();
    for figure in [start().log_y().y_range(0.4, 200.0), start().y_range(0.4, 200.0).log_y()] {
        assert_eq!(layout(figure)["yaxis"]["range"], half);
    }
    for figure in [start().log_x().x_range(0.4, 200.0), start().x_range(0.4, 200.0).log_x()] {
        assert_eq!(layout(figure)["xaxis"]["range"], half);
    }
    for figure in [start().log_y().y_range(0.4, 200.0).linear(), start().y_range(0.4, 200.0).log_y().linear()] {
        assert_eq!(layout(figure)["yaxis"]["range"], many);
    }
}

/// Each pair of calls that do not contradict each other gives the same figure either way.
#[test]
fn builders_commute() {
    type Builder = (&'static str, fn(Figure) -> Figure);
    let builders: Vec<Builder> = vec![
        ("title", |figure| figure.title("T")),
        ("caption", |figure| figure.caption("C")),
        ("x", |figure| figure.x("x (m)")),
        ("y", |figure| figure.y("y (s)")),
        ("log_x", Figure::log_x),
        ("log_y", Figure::log_y),
        ("x_range", |figure| figure.x_range(0.5, 20.0)),
        ("y_range", |figure| figure.y_range(0.5, 20.0)),
        ("size", |figure| figure.size(500, 300)),
        ("theme", |figure| figure.theme(Theme::Dark)),
        ("scale", |figure| figure.scale(2.0)),
        ("line", |figure| figure.line("l", [1, 2], [3, 0])),
        ("bars", |figure| figure.bars("b", ["u", "v"], [1, 2])),
        ("horizontal", |figure| figure.horizontal("h", 2.0)),
        ("vertical", |figure| figure.vertical("v", 1.5)),
    ];
    let starts: Vec<fn() -> Figure> = vec![
        || Figure::new(""),
        || Figure::new("s").points("p", [1, 2, 3], [4, 5, 6]),
        || Figure::new("s").bars("p", ["u", "v"], [4, 5]),
        || Figure::row([Figure::new("a").points("p", [1, 2], [4, 5]), Figure::new("b").line("q", [1, 2], [4, 5])]),
        || cost_curves("J", [("run", &[0, 1, 2][..], &[65.75, 4.0, 0.01][..])]),
    ];
    // Series have the colors of their turn, and what is drawn later lies above.
    let in_turn = ["line", "bars", "horizontal", "vertical"];
    for start in starts {
        for (one, first) in &builders {
            for (other, second) in &builders {
                if one == other || in_turn.contains(one) && in_turn.contains(other) {
                    continue;
                }
                let (a, b) = (second(first(start())), first(second(start())));
                assert_eq!(a.to_value(), b.to_value(), "{one} and {other}");
                assert_eq!((a.theme, a.scale), (b.theme, b.scale), "{one} and {other}");
            }
        }
    }
}

#[test]
fn categories_stay_categories_whatever_else_is_asked_for() {
    for figure in [
        Figure::new("").bars("b", ["u"], [1]).linear(),
        Figure::new("").linear().bars("b", ["u"], [1]),
        Figure::new("").bars("b", ["u"], [1]).log_x().log_y(),
    ] {
        assert_eq!(figure.to_value()["layout"]["xaxis"]["type"], "category");
    }
}

#[test]
fn a_panel_keeps_the_range_that_it_was_given() {
    let panel = || Figure::new("p").line("a", [1, 10], [1, 10]);
    let row = Figure::row([panel(), panel().y_range(1.0, 100.0).log_y(), panel().x_range(2.0, 3.0)]);
    let layout = Figure::row([panel(), row]).to_value()["layout"].take();
    assert_eq!((&layout["yaxis3"]["range"], &layout["yaxis2"]["range"]), (&json!([0, 2]), &Value::Null));
    assert_eq!(layout["xaxis4"]["range"], json!([2, 3]));
}

#[test]
fn ends_that_an_axis_does_not_have_are_left_to_the_data() {
    let range = |figure: Figure| figure.to_value()["layout"]["yaxis"]["range"].take();
    assert_eq!(range(Figure::new("").y_range(0.0, 100.0).log_y()), json!([null, 2]));
    assert_eq!(range(Figure::new("").log_y().y_range(-1.0, 10.0)), json!([null, 1]));
    assert_eq!(range(Figure::new("").y_range(f64::NAN, f64::INFINITY)), json!([null, null]));
}

#[test]
fn a_plotly_plots_logarithmic_range_is_in_exponents() {
    let plot = json!({"data": [{"type": "scatter", "x": [1, 2], "y": [1, 1000]}],
                      "layout": {"yaxis": {"type": "log", "range": [-1, 3]}, "xaxis": {"range": [0, 5]}}});
    let layout = |figure: Figure| figure.to_value()["layout"].take();
    let figure = || Figure::from_plotly(&plot).unwrap();
    let theirs = layout(figure());
    assert_eq!((&theirs["yaxis"]["range"], &theirs["xaxis"]["range"]), (&json!([-1, 3]), &json!([0, 5])));
    assert_eq!(layout(figure().y_range(1.0, 100.0))["yaxis"]["range"], json!([0, 2]));
    assert_eq!(layout(figure().linear())["yaxis"]["range"], json!([0.1, 1000]));
}

#[test]
fn marks_for_powers_of_ten_are_for_logarithmic_axes() {
    let curve = || cost_curves("J", [("run", &[0, 1][..], &[65_750.0, 0.01][..])]);
    assert_eq!(curve().to_value()["layout"]["yaxis"]["dtick"], 1);
    let linear = curve().linear().to_value()["layout"]["yaxis"].take();
    assert_eq!((&linear["dtick"], &linear["logticks"]), (&Value::Null, &Value::Null));
    assert_eq!(curve().linear().log_y().to_value()["layout"]["yaxis"]["dtick"], 1);
}

#[test]
fn what_has_no_place_is_said() {
    let said = |figure: Figure| figure.description();
    let nothing = "nothing is drawn";
    let empty: [f64; 0] = [];
    let nan = [f64::NAN; 3];
    let some = [1.0, 2.0, 3.0];
    for figure in [
        Figure::new("t").line("a", empty, empty),
        Figure::new("t").points("a", some, nan),
        Figure::new("t").line("a", [f64::NAN, 1.0], [1.0, f64::NAN]),
        Figure::new("t").bars("a", ["u"], [f64::NAN]),
        Figure::new("t").line("a", some, [0.0, -1.0, f64::NAN]).log_y(),
        Figure::new("t").log_x().line("a", [0.0], [1.0]),
        Figure::from_plotly(&json!({"data": [{"type": "heatmap", "z": [[null, null]]}]})).unwrap(),
        Figure::from_plotly(&json!({"data": [{"type": "splom", "dimensions": []}]})).unwrap(),
    ] {
        assert!(said(figure.clone()).contains(nothing), "{figure:?}");
        assert!(figure.to_value()["layout"]["title"]["subtitle"]["text"].to_string().contains(nothing));
    }
    for figure in [
        Figure::new("t"),
        Figure::new("t").line("a", [1.0], [0.0]),
        Figure::new("t").line("a", some, nan).points("b", [1], [2]),
        Figure::new("t").bars("a", ["u"], [0]),
        Figure::from_plotly(&json!({"data": [{"type": "pie", "values": [1]}]})).unwrap(),
    ] {
        assert!(!said(figure.clone()).contains('⚠'), "{figure:?}");
    }
    let panel = Figure::row([Figure::new("p").line("a", some, nan), Figure::new("q").line("a", some, some)]);
    assert!(panel.layout["annotations"].to_string().contains(nothing) && !panel.description().contains(nothing));
}

#[test]
fn infinite_values_and_those_that_a_logarithm_loses_are_counted() {
    let text = Figure::new("t").line("run", [0, 1, 2], [1.0, f64::INFINITY, f64::NEG_INFINITY]).description();
    assert!(text.contains("⚠ run: 2 infinite values are not drawn"), "{text}");
    let text = Figure::new("t").bars("", ["a"], [f64::INFINITY]).description();
    assert!(text.contains("⚠ 1 infinite value is not drawn"), "{text}");
    let curve = || Figure::new("t").line("a", [0, 1, 2], [1.0, 0.0, -2.0]);
    assert!(curve().log_y().description().contains("⚠ 2 values are not above 0"));
    assert!(curve().log_x().description().contains("⚠ 1 value is not above 0"));
    assert!(!curve().description().contains('⚠'));
    // An empty bin is not seen on any axis.
    assert!(!Figure::new("t").bars("a", ["u", "v"], [0, 5]).log_y().description().contains('⚠'));
}

#[test]
fn figures_are_owned_and_can_cross_threads() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<Figure>();
}
