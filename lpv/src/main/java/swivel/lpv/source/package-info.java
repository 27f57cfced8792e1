/** The rewriter of source trees: recognizes sensitive instructions in C and assembler text and makes them macros of GAS. */
package swivel.lpv.source;
