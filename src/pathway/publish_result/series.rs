//! The documents of one series: which are there, which are missing.

use bytes::Bytes;

use super::{PublishError, Publisher};
use crate::db::analyses::Kept;
use crate::db::instances::Located;
use crate::db::{DbError, instances, series};
use crate::domain::identity::{Invalid, SeriesUid, TransferSyntaxUid};
use crate::imaging::dataset::read_head;
use crate::imaging::gate::Limits;
use crate::inference::analysis::SeriesAnalysis;
use crate::interop::dicom::{Documents, Edition, Names, Product, SourceSeries, WriteError, documents};

impl Publisher {
    /// Publishes each final word that is owed to the archive: a flag, or what takes an earlier flag's place.
    pub(super) async fn publish_words(&self, series: &SeriesUid, words: &[Kept]) -> Result<(), PublishError> {
        for word in words.iter().filter(|word| !word.finding.provisional) {
            let analysis: SeriesAnalysis =
                serde_json::from_str(&word.result).map_err(|_| DbError::Corrupt { what: "analysis" })?;
            if let Some(edition) = self.missing(series, &analysis, word).await? {
                self.publish_word(series, analysis, edition).await?;
            }
        }
        Ok(())
    }

    /// The edition of this word that the archive lacks; none where it has it, or where none is owed.
    async fn missing(
        &self,
        series: &SeriesUid,
        analysis: &SeriesAnalysis,
        word: &Kept,
    ) -> Result<Option<Edition>, PublishError> {
        let unnamed = |invalid: Invalid| WriteError::from(invalid);
        let names = Names::of(series, analysis).map_err(unnamed)?;
        let reports = names.series(Product::Report).map_err(unnamed)?;
        let mut tx = self.db.read().await?;
        let kept = instances::arrived_after(&mut tx, &reports, 0, u32::MAX).await?;
        let editions = u32::try_from(kept.len()).unwrap_or(u32::MAX);
        let latest = kept.into_iter().last().map(|report| report.sop_instance);
        match &latest {
            None if !word.finding.is_positive() => return Ok(None),
            // the report is stored after its segmentation: where it is, both are
            Some(there) if *there == names.instance(Product::Report, editions).map_err(unnamed)? => {
                return Ok(None);
            }
            _ => {}
        }
        Ok(Some(Edition {
            revision: editions.saturating_add(1),
            predecessor: latest,
            given_at: word.updated_at.to_jiff().to_zoned(self.zone.clone()),
        }))
    }

    async fn publish_word(
        &self,
        uid: &SeriesUid,
        analysis: SeriesAnalysis,
        edition: Edition,
    ) -> Result<(), PublishError> {
        let mut tx = self.db.read().await?;
        let owner = series::owner(&mut tx, uid).await?.ok_or(DbError::Corrupt { what: "series" })?;
        let images = instances::arrived_after(&mut tx, uid, 0, u32::MAX).await?;
        drop(tx);
        let heads = self.heads(images, &analysis).await?;
        let limits = self.limits;
        let Documents { segmentation, report } =
            tokio::task::spawn_blocking(move || write(&heads, limits, &analysis, &edition)).await??;
        for document in segmentation.into_iter().chain([report]) {
            self.keep(document, &owner.site).await?;
        }
        Ok(())
    }

    /// What stands before the pixels of each image that the word rests on; of the first image where it rests on none.
    async fn heads(
        &self,
        images: Vec<Located>,
        analysis: &SeriesAnalysis,
    ) -> Result<Vec<(TransferSyntaxUid, Bytes)>, PublishError> {
        let spoken_of = analysis.images();
        let wanted = |image: &Located| spoken_of.is_empty() || spoken_of.contains(&image.sop_instance);
        let at_most = if spoken_of.is_empty() { 1 } else { usize::MAX };
        let mut heads = Vec::new();
        for image in images.into_iter().filter(wanted).take(at_most) {
            let head = image.data_set_offset..image.pixel_data_offset.unwrap_or(image.size);
            heads.push((image.transfer_syntax, self.vault.read_range(image.blob, head).await?));
        }
        Ok(heads)
    }
}

fn write(
    heads: &[(TransferSyntaxUid, Bytes)],
    limits: Limits,
    analysis: &SeriesAnalysis,
    edition: &Edition,
) -> Result<Documents, PublishError> {
    let heads = heads.iter().map(|(syntax, head)| read_head(head, syntax, limits));
    let source = SourceSeries::of(heads.collect::<Result<Vec<_>, _>>()?).map_err(WriteError::from)?;
    Ok(documents(&source, analysis, edition)?)
}
