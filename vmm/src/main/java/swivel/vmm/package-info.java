/** Placeholder. */
package swivel.vmm;
