/** Comparison of two ELF files, for showing that the rewriter's routes lead to the same program. */
package swivel.lpv.compare;
