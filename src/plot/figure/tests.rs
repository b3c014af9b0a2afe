use super::*;

#[test]
fn series_become_traces_with_names_and_colours() {
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
fn figures_are_owned_and_can_cross_threads() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<Figure>();
}
