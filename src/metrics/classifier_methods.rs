//! The methods that every classifier has alike: one declaration for all of them.

/// The evaluation methods of a classifier, from its `answers(examples)`.
macro_rules! classifier_methods {
    ($examples:ty) => {
        /// Returns how often each class was predicted as which, k × k: rows are the true classes, columns the predicted
        /// ones. The classes are those that the model knows, and others that the examples show.
        ///
        /// # Errors
        /// As `score`; a model of numbers, or of several labels per example.
        #[doc(alias = "ConfusionMatrixDisplay")]
        pub fn confusion_matrix(&self, examples: $examples) -> $crate::Result<$crate::metrics::ConfusionMatrix> {
            self.answers(examples)?.confusion_matrix()
        }

        /// Returns precision, recall and F1 of each class on these examples, and their means.
        ///
        /// # Errors
        /// As `confusion_matrix`.
        #[doc(alias = "classification_report")]
        pub fn report(&self, examples: $examples) -> $crate::Result<$crate::metrics::ClassificationReport> {
            self.answers(examples)?.report()
        }

        /// Returns the ROC curve of the second of two classes on these examples, by its probability, or by its score where
        /// the model has no probabilities.
        ///
        /// # Errors
        /// As `confusion_matrix`; more than two classes, of which `roc_curve_of` takes one; examples that are all of one
        /// class.
        #[doc(alias = "RocCurveDisplay")]
        pub fn roc_curve(&self, examples: $examples) -> $crate::Result<$crate::metrics::RocCurve> {
            self.answers(examples)?.roc_curve()
        }

        /// Returns the ROC curve of this class, by its name, against all others.
        ///
        /// # Errors
        /// As `confusion_matrix`; an unknown class; examples that are all of it, or none.
        pub fn roc_curve_of(&self, examples: $examples, class: &str) -> $crate::Result<$crate::metrics::RocCurve> {
            self.answers(examples)?.roc_curve_of(class)
        }

        /// Returns the precision–recall curve of the second of two classes on these examples, by its probability, or by its
        /// score where the model has no probabilities.
        ///
        /// # Errors
        /// As `confusion_matrix`; more than two classes, of which `precision_recall_curve_of` takes one; no example of the
        /// second class.
        #[doc(alias = "PrecisionRecallDisplay")]
        pub fn precision_recall_curve(
            &self,
            examples: $examples,
        ) -> $crate::Result<$crate::metrics::PrecisionRecallCurve> {
            self.answers(examples)?.precision_recall_curve()
        }

        /// Returns the precision–recall curve of this class, by its name, against all others.
        ///
        /// # Errors
        /// As `confusion_matrix`; an unknown class; no example of it.
        pub fn precision_recall_curve_of(
            &self,
            examples: $examples,
            class: &str,
        ) -> $crate::Result<$crate::metrics::PrecisionRecallCurve> {
            self.answers(examples)?.precision_recall_curve_of(class)
        }
    };
}

pub(crate) use classifier_methods;
