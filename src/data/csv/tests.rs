use super::*;

fn read(text: &str) -> Result<Dataset> {
    Csv::new("marks.csv").parse(text.as_bytes())
}

fn message<T>(result: Result<T>) -> String {
    result.err().unwrap().to_string()
}

fn values(data: &Dataset, name: &str) -> Vec<f64> {
    data.column(name).unwrap().to_vec()
}

#[test]
fn numbers_text_truth_and_gaps_are_told_apart() {
    let data = read("age,town,well\n31,Ulm,true\n,Bonn,False\n2.5e1,,TRUE\n").unwrap();
    assert_eq!(data.name(), "marks");
    assert_eq!((values(&data, "age")[0], values(&data, "age")[2]), (31.0, 25.0));
    assert!(values(&data, "age")[1].is_nan() && values(&data, "town")[2].is_nan());
    assert_eq!(data.columns()[1].categories().unwrap(), ["Bonn", "Ulm"]);
    assert_eq!(values(&data, "town")[..2], [1.0, 0.0]);
    assert_eq!(values(&data, "well"), [1.0, 0.0, 1.0]);
}

#[test]
fn nan_is_missing_with_a_sign_too() {
    let data = read("a,b\nnan,1\n-nan,2\n+NaN,3\n4,4\n").unwrap();
    assert!(values(&data, "a")[..3].iter().all(|value| value.is_nan()));
    assert_eq!(values(&data, "a")[3], 4.0);
}

#[test]
fn text_in_a_column_of_numbers_is_named_with_the_ways_out() {
    let text = "age,town\n31,Ulm\nold,Bonn\n40,Kiel\n";
    let refused = message(read(text));
    for part in
        ["marks.csv", "line 3", "column `age`", "`old`", "2 of the column's 3", "missing_values([\"old\"])", "text("]
    {
        assert!(refused.contains(part), "{refused}");
    }
    let missing = Csv::new("m.csv").missing_values(["old"]).parse(text.as_bytes()).unwrap();
    assert!(values(&missing, "age")[1].is_nan());
    let classes = Csv::new("m.csv").text(["age"]).parse(text.as_bytes()).unwrap();
    assert_eq!(classes.columns()[0].categories().unwrap(), ["31", "40", "old"]);
    let typo = message(Csv::new("m.csv").text(["aeg"]).parse(text.as_bytes()));
    assert!(typo.contains("no column `aeg`; the columns are `age`, `town`"), "{typo}");
    // Half of the cells, and fewer, are a column of text.
    assert!(read("age\n31\nold\n").unwrap().columns()[0].categories().is_some());
}

#[test]
fn a_decimal_comma_is_noticed() {
    let text = "a;b\n1,5;2\n2,5;3\n";
    let refused = message(Csv::new("m.csv").separator(';').parse(text.as_bytes()));
    assert!(refused.contains("line 2, column `a`: `1,5`") && refused.contains("decimal_comma()"), "{refused}");
    let data = Csv::new("m.csv").separator(';').decimal_comma().parse(text.as_bytes()).unwrap();
    assert_eq!(values(&data, "a"), [1.5, 2.5]);
}

#[test]
fn with_a_decimal_comma_a_point_divides_thousands() {
    let german = |text: &str| Csv::new("m.csv").separator(';').decimal_comma().parse(text.as_bytes());
    let data = german("price;sum;part\n12.500;1.299,99;0,5\n3.400;-1.234.567,8;,25\n980;12;1\n").unwrap();
    assert_eq!(values(&data, "price"), [12_500.0, 3_400.0, 980.0]);
    assert_eq!(values(&data, "sum"), [1299.99, -1_234_567.8, 12.0]);
    assert_eq!(values(&data, "part"), [0.5, 0.25, 1.0]);
    for (cell, line) in [("1.5", 3), ("12.50", 3), ("0.500", 3), ("1234.567", 3)] {
        let refused = message(german(&format!("a;b\n1,5;1\n{cell};2\n2,5;3\n")));
        let parts = [
            format!("line {line}, column `a`: `{cell}`"),
            "2 of the column's 3".into(),
            "without `decimal_comma()`".into(),
        ];
        assert!(parts.iter().all(|part| refused.contains(part)), "{refused}");
    }
    // Also where every cell is so.
    assert!(message(german("a;b\n1.5;1\n2.5;2\n")).contains("line 2, column `a`: `1.5`"));
}

#[test]
fn numbers_that_are_written_in_another_way_are_never_text_in_silence() {
    let refused = message(read("a,b\n\"12,500\",1\n\"3,400\",2\n980,3\n"));
    for part in [
        "line 2, column `a`: `12,500`",
        "It is 12.5 if read with `decimal_comma()`, 12500 if read with `thousands_separator(',')`",
        "text([\"a\"])",
    ] {
        assert!(refused.contains(part), "{refused}");
    }
    let with = |mark: char, cells: [&str; 2]| {
        let text = format!("a,b\n\"{}\",1\n\"{}\",2\n", cells[0], cells[1]);
        Csv::new("m.csv").thousands_separator(mark).parse(text.as_bytes()).map(|data| values(&data, "a"))
    };
    assert_eq!(with(',', ["12,500", "1,299.99"]).unwrap(), [12_500.0, 1299.99]);
    assert_eq!(with(' ', ["12 500", "1\u{a0}000\u{202f}000"]).unwrap(), [12_500.0, 1_000_000.0]);
    assert_eq!(with('\'', ["12'500", "1’000"]).unwrap(), [12_500.0, 1000.0]);
    assert!(message(with('.', ["1", "2"])).contains("thousands separator = ."));
    assert!(message(with('x', ["1", "2"])).contains("thousands separator = x"));
    assert!(message(with(',', ["1,5", "2,5"])).contains("It is 1.5 if read with `decimal_comma()`"));

    for (cell, advice) in [
        ("1.299,99", "It is 1299.99 if read with `decimal_comma()`"),
        ("12 500", "It is 12500 if read with `thousands_separator(' ')`"),
        ("12\u{a0}500", "It is 12500 if read with `thousands_separator(' ')`"),
        ("12'500", "It is 12500 if read with `thousands_separator('\\'')`"),
        ("12.500.000", "It is 12500000 if read with `decimal_comma()`"),
        ("45 %", "Leave only the number in the file's cells"),
        ("-$5", "Leave only the number in the file's cells"),
        ("12.5 kg", "Leave only the number in the file's cells"),
        ("$1,200", "Leave only the number in the file's cells"),
    ] {
        // Alone, and among plain numbers.
        for text in [format!("a;b\n{cell};1\n{cell};1\n"), format!("a;b\n{cell};1\n7;2\n8;3\n")] {
            let refused = message(Csv::new("m.csv").separator(';').parse(text.as_bytes()));
            assert!(
                refused.contains(&format!("line 2, column `a`: `{cell}`")) && refused.contains(advice),
                "{refused}"
            );
            let text = Csv::new("m.csv").separator(';').text(["a"]).parse(text.as_bytes()).unwrap();
            assert!(text.columns()[0].categories().is_some());
        }
    }
    // Each in a way of its own: no one way reads half of them.
    let text = "a;b\n1,5;1\n12 500;1\n1.299,99;1\nabc;1\n";
    let refused = message(Csv::new("m.csv").separator(';').parse(text.as_bytes()));
    let counted = "0 of the column's 4 cells are numbers, and 3 look like numbers written in another way";
    assert!(refused.contains(counted), "{refused}");
    // A stray text before them is not what is wrong with the column.
    let refused = message(Csv::new("m.csv").separator(';').parse(b"a;b\nabc;1\n1,5;1\n2,5;1\n3,5;1\n"));
    assert!(refused.contains("line 3, column `a`: `1,5`") && refused.contains("decimal_comma()"), "{refused}");
}

#[test]
fn what_often_means_missing_does_not_make_a_column_text() {
    for marker in ["NA", "n/a", "?", "-", "NULL"] {
        let text = format!("a,b\n{marker},1\n{marker},2\n5,3\n");
        let refused = message(read(&text));
        assert!(refused.contains(&format!("missing_values([\"{marker}\"])")), "{refused}");
        let data = Csv::new("m.csv").missing_values([marker]).parse(text.as_bytes()).unwrap();
        assert!(values(&data, "a")[1].is_nan() && values(&data, "a")[2] == 5.0);
    }
    // Nothing but such texts are categories.
    assert!(read("a,b\n-,1\n?,2\n").unwrap().columns()[0].categories().is_some());
}

#[test]
fn dates_and_codes_are_read_as_before() {
    let data =
        read("date,day,zip,code,time\n05.01.2024,2024-01-05,00123,A1,12:30\n06.01.2024,2024-01-06,10115,7,8:15\n")
            .unwrap();
    assert!([0, 1, 3, 4].iter().all(|at| data.columns()[*at].categories().is_some()));
    assert_eq!(values(&data, "zip"), [123.0, 10115.0]);
    let codes = Csv::new("m.csv").text(["zip"]).parse(b"zip,x\n00123,1\n10115,2\n").unwrap();
    assert_eq!(codes.columns()[0].categories().unwrap(), ["00123", "10115"]);
}

#[test]
fn empty_files_and_lone_headers_are_refused() {
    for empty in ["", "\n\n", "\u{feff}", "  \r\n"] {
        assert!(message(read(empty)).contains("the file is empty"));
    }
    assert!(message(read("a,b\n")).contains("a header, but no row"));
    assert!(message(read("a,b")).contains("a header, but no row"));
}

#[test]
fn ragged_rows_are_named_with_both_counts() {
    for (text, line, found) in
        [("a,b\n1,2\n3\n", 3, 1), ("a,b\n\n1,2,3\n", 3, 3), ("a,b\n\"x\ny\",2\n1,\"2,3\",4\n", 4, 3)]
    {
        let refused = message(read(text));
        assert!(refused.contains(&format!("line {line} has {found} cells, the lines before it have 2")), "{refused}");
    }
}

#[test]
fn what_is_not_utf8_is_named_with_its_place() {
    let refused = message(Csv::new("m.csv").parse(b"a,b\n1,2\nM\xfcnchen,3\n"));
    assert!(refused.contains("line 3 is not UTF-8 (byte 9)"), "{refused}");
}

#[test]
fn a_missing_file_is_named_with_the_folder() {
    let refused = message(read_csv("no/such/file.csv"));
    assert!(refused.contains("no such file") && refused.contains("file.csv") && refused.contains("paths start from"));
    let folder = tempfile::tempdir().unwrap();
    assert!(message(read_csv(folder.path())).contains(&folder.path().display().to_string()));
}

#[test]
fn a_file_is_read_from_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.csv");
    std::fs::write(&path, "x,y\n1,2\n").unwrap();
    let data = Dataset::from_csv(&path).unwrap().with_target("y").unwrap();
    assert_eq!((data.name(), data.feature_names(), data.target().unwrap()[0]), ("points", vec!["x".to_string()], 2.0));
}

#[test]
fn names_are_checked_and_can_be_given() {
    let refused = message(read("a,b,a\n1,2,3\n"));
    assert!(refused.contains("columns 1 and 3 are both called `a`"), "{refused}");
    assert_eq!(read(",b\n1,2\n").unwrap().feature_names(), ["column 1", "b"]);
    assert_eq!(Csv::new("m").no_header().parse(b"1,2\n").unwrap().feature_names(), ["x1", "x2"]);
    assert_eq!(Csv::new("m").names(["p", "q"]).parse(b"1,2\n").unwrap().feature_names(), ["p", "q"]);
    assert!(message(Csv::new("m").names(["p"]).parse(b"1,2\n")).contains("1 names were given for 2 columns"));
}

#[test]
fn quotes_spaces_line_ends_and_a_mark_are_understood() {
    let data = read("\u{feff}\"a, b\", c\r\n 1 ,\"x\"\"y\"\r\n\r\n\"2\",\"two\nlines\"").unwrap();
    assert_eq!(data.feature_names(), ["a, b", "c"]);
    assert_eq!(values(&data, "a, b"), [1.0, 2.0]);
    assert_eq!(data.columns()[1].categories().unwrap(), ["two\nlines", "x\"y"]);
    assert!(message(read("a,b\n1,\"2\n3,4\n")).contains("line 2: a quote (\") is opened and never closed"));
    // Readers do not agree on what these would mean.
    for odd in ["a,b\n1,5\" pipe\n", "a,b\n1, \"2\"\n", "a,b\n\"1\" ,2\n", "a,b\n\"1\"2,3\n"] {
        assert!(message(read(odd)).contains("line 2: a quote (\") is inside a cell"));
    }
}

#[test]
fn blank_lines_are_skipped_or_in_one_column_missing() {
    assert_eq!(read("\na,b\n1,2\n\n3,4\n\n").unwrap().rows(), 2);
    let one = read("a\n1\n\n3\n\n").unwrap();
    assert_eq!(one.rows(), 3);
    assert!(values(&one, "a")[1].is_nan());
    assert_eq!(values(&one, "a")[2], 3.0);
}

#[test]
fn columns_without_values_and_infinities_are_read_for_what_they_are() {
    let data = read("a,b\n,inf\n,-2\n").unwrap();
    assert!(values(&data, "a").iter().all(|value| value.is_nan()));
    assert_eq!(values(&data, "b"), [f64::INFINITY, -2.0]);
    let refused = crate::data::require_numbers(data.features().view(), Some(data.columns()), "x");
    assert!(message(refused).contains("`a`, row 0 is missing"));
}

#[test]
fn digits_of_numbers_are_kept() {
    let data = read("a\n0.1\n6.984126984126984\n1e-320\n123456789012345680\n").unwrap();
    assert_eq!(values(&data, "a"), [0.1, 6.984126984126984, 1e-320, 123456789012345680.0]);
}

#[test]
fn whole_numbers_that_lose_digits_are_refused() {
    for id in ["12345678901234567", "-9007199254740993", "00123456789012345678"] {
        let text = format!("id,x\n12345678901234568,1\n{id},2\n");
        let refused = message(read(&text));
        assert!(refused.contains(&format!("line 3, column `id`: `{id}`")), "{refused}");
        assert!(refused.contains("text([\"id\"])"), "{refused}");
        let data = Csv::new("m.csv").text(["id"]).parse(text.as_bytes()).unwrap();
        assert_eq!(data.columns()[0].categories().map(<[String]>::len), Some(2));
    }
    let large = ["9007199254740992", "1152921504606846976", "1152921504606847000", "1e20", "100000000000000000000000"];
    let data = read(&format!("a\n{}\n1.50000000000000000001e25\n", large.join("\n"))).unwrap();
    assert_eq!(values(&data, "a"), [2f64.powi(53), 2f64.powi(60), 2f64.powi(60), 1e20, 1e23, 1.5e25]);
}

#[test]
fn impossible_separators_are_refused() {
    for separator in ['"', '\n', 'é'] {
        assert!(message(Csv::new("m").separator(separator).parse(b"a\n1\n")).contains("separator"));
    }
    assert_eq!(Csv::new("m").separator('\t').parse(b"a\tb\n1\t2\n").unwrap().feature_names(), ["a", "b"]);
}

#[test]
fn a_large_file_can_be_interrupted() {
    use crate::interrupt::scripted::interrupted_after;
    // 3 MB: whether to go on is asked after each MiB, and then before each of two columns.
    let text = format!("a,b\n{}", "123456,654321\n".repeat(220_000));
    let said = message(interrupted_after(1, || read(&text)));
    assert_eq!(
        said,
        format!("marks.csv: interrupted at line {}; nothing of the file is kept", 2 + (2 * (1 << 20) - 4) / 14)
    );
    let said = message(interrupted_after(3, || read(&text)));
    assert_eq!(said, "marks.csv: interrupted at column `b`; nothing of the file is kept");
    assert_eq!(read(&text).unwrap().rows(), 220_000);
    // A small one is read.
    assert_eq!(interrupted_after(0, || read("a\n1\n")).unwrap().rows(), 1);
}
