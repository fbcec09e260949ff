//! The use cases, one verb a file. What each does, its event and its audit record are one transaction.

/// Series analysed while they arrive, and after a crash.
pub mod analyse_series;
/// A called person answers, and what of a call is theirs to see.
pub mod answer_call;
/// A person asks for a specialist.
pub mod ask_specialist;
/// A study goes to the case it belongs to.
pub mod attach_study;
/// From a token to a person.
pub mod authenticate;
/// Tells those who wait that events were committed.
pub mod bell;
/// A decided thrombectomy calls who does it.
mod call_interventionalist;
/// The next round of a call.
mod call_next;
/// What the use cases on calls share.
mod calling;
/// A reader takes a case.
pub mod claim_case;
/// Candidates beside the active models.
pub mod compare_models;
/// The technologist says what became of an order.
pub mod confirm_protocol;
/// Whether a flag calls a reader.
mod consider_flag;
/// Whether a hold that ran out calls again.
mod consider_lapse;
/// How a person is reached.
pub mod contact;
/// The regulator decides.
pub mod decide_dispatch;
/// What the use cases on cases and people share.
pub mod desk;
/// The regulator's question, answered.
pub mod dispatch_options;
/// A transport's record, and foreseen against real.
pub mod dispatch_record;
/// The rota, changed.
pub mod edit_rota;
/// The real times of a transport, entered.
pub mod enter_actual;
/// A signed report on paper and as FHIR.
pub mod export_report;
/// What may be seen of the studies, by their attributes.
pub mod find_studies;
/// Events after a place, as a person sees them.
pub mod follow_events;
/// A table of dated hours goes into the rota.
pub mod import_rota;
/// Indicators by site and month.
pub mod indicators;
/// Accounts.
pub mod manage_users;
/// Calls: the media relay as the HTTP edge sees it.
pub mod media;
/// The modality worklist.
pub mod offer_orders;
/// People meet over a case.
pub mod open_consult;
/// The ordered worklist.
pub mod order_queue;
/// What the models saw, drawn on the images.
pub mod overlay;
/// The scanner says what it does.
pub mod performed_step;
/// Why a case stands where it stands.
pub mod place_case;
/// How many readers tonight needs.
pub mod plan_staffing;
/// The reader prescribes the examination.
pub mod prescribe_protocol;
/// What the archive gets of a final word.
pub mod publish_result;
/// The emergency room's alert.
pub mod raise_alert;
/// The readers that the queue has, and whose turn it is.
mod reading_room;
/// An instance becomes durable, then a row, an event and a job, then an answer.
pub mod receive_instance;
/// The audit record.
pub mod record;
/// The diagnosis.
pub mod record_decision;
/// A moment of a case is entered or corrected.
pub mod record_milestone;
/// A clinical scale is recorded.
pub mod record_score;
/// A case goes back to the queue.
pub mod release_case;
/// Images and their metadata, read back as they came.
pub mod retrieve;
/// One notice by one channel.
mod send_notice;
/// What was on the regulator's screen.
pub mod shown_plans;
/// A model counts as measured at a site.
pub mod sign_evaluation;
/// Name and password to a session.
pub mod sign_in;
/// A session ends.
pub mod sign_out;
/// The signed report.
pub mod sign_report;
/// Who accepted a call and is not expected any more is told.
mod stand_down;
/// The bytes of an instance on their way through the gate into the vault.
pub mod stream_instance;
/// Removes files that no row names.
pub mod sweep_vault;
/// Calls go out, and their notices.
pub mod switchboard;
/// The relay's view of a call becomes an event.
pub mod tell_presence;
/// Every step of a case.
pub mod timeline;
/// The audit chain, walked.
pub mod verify_audit;
/// Read models in the words of the API.
pub mod view;
/// A case's calls.
pub mod view_calls;
/// A case, whole.
pub mod view_case;
/// The clock board of a case.
pub mod view_milestones;
/// Prescribed examinations, as people are shown them.
pub mod view_protocols;
/// What was recorded of the clinical scales.
pub mod view_scores;
/// Who sees which cases.
pub mod visibility;
/// Models in service: what leaves its band is told.
pub mod watch_models;
/// The rota, read.
pub mod who_is_on_call;
