/**
 * Lightweight paravirtualization: replaces the sensitive instructions of guest images by their trap encoding
 * (docs/rewriting.md).
 *
 * <p>Uses {@code swivel.formats} to read files and {@code swivel.encoding} to encode; it knows nothing of machines.
 * Begin with two classes: {@link swivel.lpv.FileRewriter} takes files of every kind and {@link swivel.lpv.GuestImage}
 * one kernel; {@code CodeMap} and its implementations tell code from data, and the {@code Rewriter} replaces words.
 */
package swivel.lpv;
