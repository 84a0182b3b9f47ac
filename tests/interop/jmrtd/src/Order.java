import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the driver wants to know: key=value words, separated by tabs. */
final class Order {
    private final Map<String, String> words = new HashMap<>();

    Order(String line) {
        for (String word : line.split("\t")) {
            int at = word.indexOf('=');
            if (at > 0) {
                words.put(word.substring(0, at), word.substring(at + 1));
            }
        }
    }

    boolean has(String key) {
        return words.containsKey(key);
    }

    String get(String key) {
        String value = words.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the order lacks " + key);
        }
        return value;
    }

    List<String> list(String key) {
        return List.of(get(key).split(" "));
    }

    Path file(String name) {
        return Path.of(get("folder"), name);
    }
}
