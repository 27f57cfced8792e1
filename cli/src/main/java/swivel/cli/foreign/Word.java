package swivel.cli.foreign;

import java.util.function.BiConsumer;

/**
 * An option of another program.
 *
 * @param takesValue whether a value follows it
 * @param meaning tells a {@link Translation} what it is in Swivel; gets the value, or an empty text
 */
record Word(boolean takesValue, BiConsumer<Translation, String> meaning) {
    /** What Swivel has by another name. */
    static Word same(String option) {
        return new Word(true, (to, value) -> to.option(option, value));
    }

    /** A flag that Swivel has by another name. */
    static Word flag(String option) {
        return new Word(false, (to, _) -> to.flag(option));
    }

    /** What is always so in Swivel. */
    static Word always() {
        return new Word(false, (_, _) -> {});
    }

    /** What is always so in Swivel if the value is one of these, and cannot be otherwise. */
    static Word always(String... values) {
        return new Word(true, (to, value) -> {
            for (String each : values) {
                if (value.equals(each)) {
                    return;
                }
            }
            to.refuse();
        });
    }

    /** What Swivel does not have. */
    static Word none(boolean takesValue) {
        return new Word(takesValue, (to, _) -> to.refuse());
    }

    /** What has to be looked at. */
    static Word of(BiConsumer<Translation, String> meaning) {
        return new Word(true, meaning);
    }
}
