package swivel.lpv;

import swivel.arm.T32;

/** {@link TrapEncoding} for T32; the rows are in {@link T32TrapForm}. */
final class T32TrapEncoding {

    /** The form of a row of the instruction table, by its ordinal; null for the others. */
    private static final T32TrapForm[] BY_ROW = new T32TrapForm[T32.values().length];

    static {
        for (T32TrapForm form : T32TrapForm.values()) {
            for (T32 row : form.rows()) {
                BY_ROW[row.ordinal()] = form;
            }
        }
    }

    private T32TrapEncoding() {}

    static int encode(int word) {
        T32TrapForm form = BY_ROW[T32.decode(word).ordinal()];
        return form != null && form.original().matches(word) ? form.original().move(word) : word;
    }

    static int decode(int trapWord) {
        if (!isTrapSpace(trapWord)) {
            return trapWord;
        }
        for (T32TrapForm form : FORMS) {
            if (form.trap().matches(trapWord)) {
                int original = form.trap().move(trapWord);
                if (form.rows().contains(T32.decode(original))) {
                    return original;
                }
            }
        }
        return trapWord;
    }

    private static final T32TrapForm[] FORMS = T32TrapForm.values();

    /** SVC, or LDC or STC of p7 with P = 1. */
    private static boolean isTrapSpace(int word) {
        return (word & 0xffff_ff00) == 0xdf00 || (word & 0xff00_0f00) == 0xed00_0700;
    }
}
