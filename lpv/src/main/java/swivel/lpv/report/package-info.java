/**
 * What a rewriting or a scan found, in one form for images and for source text, and the writers of it: text for a
 * terminal, JSON for programs, HTML for reading (docs/rewriting.md).
 *
 * <p>Uses {@code swivel.arm} only. Begin with {@link swivel.lpv.report.Report}; a format is a constant of
 * {@link swivel.lpv.report.ReportFormat}.
 */
package swivel.lpv.report;
