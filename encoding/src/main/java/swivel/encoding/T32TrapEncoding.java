package swivel.encoding;

import swivel.arm.T32;

/** {@link TrapEncoding} for T32; the rows are in {@link T32TrapForm}. */
final class T32TrapEncoding {

    private static final T32TrapForm[] FORMS = T32TrapForm.values();

    private T32TrapEncoding() {}

    static int encode(int word) {
        if (T32.decode(word).isSensitive()) {
            for (T32TrapForm form : FORMS) {
                if (form.original().matches(word)) {
                    return form.original().move(word);
                }
            }
        }
        return word;
    }

    static int decode(int trapWord) {
        if (isTrapSpace(trapWord)) {
            for (T32TrapForm form : FORMS) {
                if (form.trap().matches(trapWord)) {
                    int original = form.trap().move(trapWord);
                    if (T32.decode(original).isSensitive()) {
                        return original;
                    }
                }
            }
        }
        return trapWord;
    }

    /** SVC, or LDC or STC of p7 with P = 1. */
    private static boolean isTrapSpace(int word) {
        return (word & 0xffff_ff00) == 0xdf00 || (word & 0xff00_0f00) == 0xed00_0700;
    }
}
