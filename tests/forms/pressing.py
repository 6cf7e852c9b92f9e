"""What a person does with the form, in a browser."""


def press_send(page):
    """Send the form and wait for its page; remembering the answers counts as a navigation too, a load does not."""
    with page.expect_event("load"):
        page.click("text=Get prediction")
    return page
