/**
 * What a rewriting or a scan found, in one form for images and for source text, and the writers of it: text for a terminal, JSON for
 * programs, HTML for reading (docs/rewriting.md).
 */
package swivel.lpv.report;
