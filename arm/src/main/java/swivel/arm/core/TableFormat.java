package swivel.arm.core;

/** A format of translation tables, with which goes how an abort tells its reason. */
public enum TableFormat {
    /** The short descriptors of VMSAv7 (ARM DDI 0406C, B3.5). */
    SHORT_DESCRIPTORS
}
