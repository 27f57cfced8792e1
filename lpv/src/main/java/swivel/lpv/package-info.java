/**
 * Lightweight paravirtualization: replaces the sensitive instructions of guest images by their trap encoding (docs/rewriting.md).
 *
 * <p>It reads files with {@code swivel.formats} and encodes with {@code swivel.encoding}. {@link swivel.lpv.FileRewriter} takes files of
 * every kind and {@link swivel.lpv.GuestImage} one kernel; {@code CodeMap} and its implementations tell code from data, and the
 * {@code Rewriter} replaces words.
 */
package swivel.lpv;
