//! Title, author, date and so on, where the page states them.
