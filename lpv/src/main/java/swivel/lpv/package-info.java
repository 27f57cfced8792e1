/**
 * Lightweight paravirtualization: the trap encoding of sensitive instructions, and the rewriting of guest images with it
 * (docs/encoding.md).
 */
package swivel.lpv;
